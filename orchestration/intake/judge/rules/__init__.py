"""The rules a file is judged by, a module for each family; their wording is in the catalogue."""
