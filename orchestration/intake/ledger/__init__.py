"""What is remembered: receipts, delivered bytes, cells at fault. Parses nothing.

Tests: ``tests/unit/test_receive.py``, ``tests/unit/test_submit.py``.
"""
