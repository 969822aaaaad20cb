"""The command line: verbs, exit codes, and what the terminal shows."""
