"""The rules a file is judged by, a module for each family; their wording is in the catalogue.

Most rules are about a cell of a row and are one entry of ``RULES`` in their module (``RowRule``).
Rules that need more than a row (headings, totals, earlier files) are functions of their module that
``judge`` calls in its list of steps.
"""

from __future__ import annotations

from . import cells, period, personal_data, reference_lists, time_labels

ROW_RULES = (
    *cells.RULES,
    *time_labels.RULES,
    *reference_lists.RULES,
    *personal_data.RULES,
    *period.RULES,
)
