"""Dagster's view of the house: thin functions that call the core. No rule lives here."""
