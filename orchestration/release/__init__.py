"""What reads a release folder and nothing else: no home, no ledger, no contract."""
