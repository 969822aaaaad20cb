"""From a partner's file to a receipt.

``read`` turns bytes into text cells, ``judge`` turns cells into a verdict, ``ledger`` remembers it;
``landing``, ``receive`` and ``submit`` stand above them. The core: no Dagster, no Great
Expectations, no pandas.
"""
