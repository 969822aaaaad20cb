"""What counts for a year that no delivery can be of is taken back, and read again from landing.

A pattern that read June of the year 17 from a file name once made every later run fail.
"""

from __future__ import annotations

from ..settings import Settings
from .ledger.ledger import Ledger

NAME = "totalplace"


def take_back_impossible(settings: Settings) -> list[str]:
    """Takes those receipts out of force; what was done, in words."""
    ledger = Ledger(settings.ledger)
    try:
        said = []
        for receipt in ledger.out_of_time():
            why = f"Its period, '{receipt.period}', is none that a delivery can be of"
            ledger.withdraw(receipt.seq, why, NAME)
            said.append(f"{receipt.receipt_id} is taken back and read again. {why}.")
        return said
    finally:
        ledger.close()
