"""Bytes to text cells: every record with the row number Excel shows, nothing dropped.

Opens files in a limited child process (``sandbox``, ``worker``). Knows no contract and no rule.
Tests: ``tests/unit/test_read*.py``, ``tests/reader/hostile``, ``tests/reader/fuzz``.
"""
