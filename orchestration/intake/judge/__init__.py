"""Text cells to a verdict: headings, values, rules, findings. Knows no ledger.

``rules/`` has a module for each family of rules. Tests: ``tests/rules``, ``tests/reader/planted``.
"""
