"""From bytes to judged columns.

``receive`` takes deliveries in, ``detect`` says what bytes they are, ``read`` turns them into text
cells with Excel's row numbers, ``layout`` finds the headings, ``conform`` compiles the contract to
SQL, ``judge`` gives the verdict, ``ledger`` remembers it. The core: no Dagster, no Great
Expectations, no pandas.
"""
