"""The typed model of the story in ``data/story.yml`` and its loader.

Here belongs what the story may say; the cast itself, its names, amounts and planted faults, is
data. Amounts in the story are whole pounds a year or a line; everything made from them is pence.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field

from ..contracts.base import Identifier, Strict, Theme
from ..contracts.feeds import SPEND
from ..contracts.periods import of_year
from ..settings import CHECKOUT
from .texts import Style
from .yearly_returns import YearlyReturn

_SHIPPED = Path(__file__).resolve().parents[1] / "shipped" / "story.yml"

FinancialYear = Annotated[str, AfterValidator(lambda year: of_year(year).financial_year)]
Scope = dict[Literal["department", "area", "account", "supplier"], str]
Pounds = dict[str, int]  # by financial year
FaultKind = Literal[
    "corrected",
    "rows_set_aside",
    "missing_column",
    "duplicate",
    "gap",
    "totals_line",
    "dates_before_period",
    "blank_rows",
    "byte_order_mark_twice",
    "flow_differs",
    "flow_reported_by_one_side",
    "timing_difference",
    "no_baseline",
    "claimed_twice",
    "lapsed",
    "share_not_reported",
]


def _known_labels(labels: dict[str, str]) -> dict[str, str]:
    if unknown := [name for name in labels if name not in SPEND.names]:
        raise ValueError(f"{unknown[0]!r} is no field of spend")
    return labels


Labels = Annotated[dict[str, str], AfterValidator(_known_labels)]


class Kind(Strict):
    """What all lines of one kind share: labels by canonical field, and what they truly are."""

    labels: Labels
    theme: Theme
    look_alike: bool = False


class Stream(Kind):
    """Many payments of one kind, drawn at random: ``weight`` is how often among the others.

    Amounts run from ``low`` pounds, which stays because thresholds stay, to ``high`` at the prices
    of 2008-09; where both are the same, the amount is fixed. ``credits`` are per mille of lines.
    """

    payees: str
    weight: int = Field(gt=0)
    low: int
    high: int
    credits: int = 0
    vat: bool = False


class Commitment(Kind):
    """One payment that is always made: an annual sum in equal parts, the payee in the labels.

    The returns report it under ``agreement``, if it has one; ``pool`` says that its host draws it
    from that pooled budget.
    """

    annual: Pounds
    paid: Literal["month", "quarter", "year"] = "month"
    agreement: str | None = None
    pool: str | None = None


class Ledger(Strict):
    """How the payer's ledger shows a flow to another body; ``varied`` by year, where it differs."""

    labels: Labels
    varied: dict[str, Labels] = Field(default_factory=dict)
    paid: Literal["month", "quarter", "year"] = "month"

    def labels_in(self, year: str) -> Labels:
        """The labels of a year's lines."""
        return self.labels | self.varied.get(year, {})


class Flow(Strict):
    """A flow between two bodies; ``payer`` and ``payee`` are partner ids or names of others.

    ``payee_differs`` is what the payee reports more or less than it truly received, in pounds.
    ``late`` names years whose last monthly instalment the payee receives, and counts, in the next.
    """

    agreement: str
    flow: Literal["s75", "s256", "grant", "pooled_treatment_budget", "recharge"]
    theme: Theme
    payer: str
    payee: str
    pool: str | None = None
    annual: Pounds
    reported_by: tuple[Literal["payer", "payee"], ...] = ("payer", "payee")
    payee_differs: Pounds = Field(default_factory=dict)
    late: list[str] = Field(default_factory=list)
    ledger: Ledger | None = None


class Numbers(Strict):
    """A running number of the partner's system: ``prefix`` and where it starts."""

    start: int
    prefix: str = ""


class SpendCast(Strict):
    """How one partner's spend files are made.

    ``lines`` is the natural number of lines in a file, or in a sheet where a file has a sheet a
    month. ``styles`` by name; ``style_cycle`` is gone through file by file, ``style_for`` names
    the exceptions by period. ``grows``: whether the files take part when more lines are wanted.
    """

    file_name: str
    lines: int
    grows: bool
    pay_days: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list)
    constants: Labels = Field(default_factory=dict)
    numbers: dict[str, Numbers] = Field(default_factory=dict)
    sheet_a_month: str | None = None
    titles: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    styles: dict[str, Style]
    style_cycle: list[str]
    style_for: dict[str, str] = Field(default_factory=dict)
    commitments: list[Commitment] = Field(default_factory=list)
    streams: list[Stream]


class ReturnCast(Strict):
    """How one partner's yearly returns are written."""

    file_name: str
    style: Style


class Cast(Strict):
    """A partner in the story, by feed."""

    spend: SpendCast
    funding: ReturnCast
    savings: ReturnCast


class Year(Strict):
    """One initiative's figures of one year, whole pounds; every reporting partner gives these."""

    plan: int | None = None
    forecast: int | None = None
    actual: int | None = None
    one_off: int | None = None
    ongoing: int | None = None
    maturity: Literal["likely_to_change", "may_change", "will_not_change"] = "likely_to_change"
    assurance: Literal["preliminary", "interim", "final"] = "preliminary"
    quality_after: str | None = None
    status: Literal["planned", "in_delivery", "delivered", "stopped"] = "in_delivery"
    milestone: tuple[str, date, date | None] | None = None  # what, due, reached


class Baseline(Strict):
    """The frozen cost a year, in pounds."""

    amount: int
    frozen: date
    basis: str
    approver: str
    version: int = 1


class Initiative(Strict):
    """One saving, shared by the partners that report it; their shares add up to 1.

    ``not_reported``: by partner, the years in which its register leaves the saving out.
    """

    id: str
    name: str
    programme: str
    lead: Identifier
    shares: dict[str, str]
    saving_class: Literal[
        "cash_releasing",
        "non_cash_releasing",
        "cost_avoidance",
        "income",
        "service_reduction",
        "one_off",
    ]
    recurrent: bool = True
    start: date
    baseline: Baseline | None = None
    quality: tuple[str, str] | None = None
    method: Literal["agreed", "not_agreed"] = "agreed"
    systems: Literal["full", "substantial", "partial"] = "substantial"
    scopes: dict[str, Scope] = Field(default_factory=dict)
    not_reported: dict[str, list[str]] = Field(default_factory=dict)
    years: dict[str, Year]


class Fault(Strict):
    """One planted fault: in which file it is, and what the reader should say of it.

    ``files`` are names inside ``<partner>/<feed>/``, first sent first; none for a gap. ``rows``
    picks lines drawn at random (never a payment between bodies), counted from 0 in the order of
    the file, and works in files of one sheet; ``cells`` are (row, field, text put there).
    ``expect`` is for people.
    """

    id: str
    kind: FaultKind
    partner: Identifier
    feed: Literal["spend", "funding", "savings"]
    period: str
    files: list[str] = Field(default_factory=list)
    rows: list[int] = Field(default_factory=list)
    cells: list[tuple[int, str, str]] = Field(default_factory=list)
    omit: str | None = None
    expect: str


class Tally(Strict):
    """What a feed's files in force hold in a year at the natural size, counted independently."""

    rows: int
    pence: int


class Cause(Strict):
    """One reason why the two views of the place differ in a year: a fault's id, or words."""

    cause: str
    pence: int


class Reconciliation(Strict):
    """The place in a year, all money, from the files in force; ``why`` adds up to the difference.

    Final spend is what leaves the four bodies, agreed payments between them taken out once;
    sources are their own resources and what bodies outside gave.
    """

    final_spend_pence: int
    sources_pence: int
    difference_pence: int
    why: list[Cause] = Field(default_factory=list)


class Story(Strict):
    """The whole story. ``prices`` and ``vat`` are per mille by year."""

    years: list[FinancialYear]
    prices: dict[str, int]
    vat: dict[str, int]
    payees: dict[str, list[str]]
    partners: dict[str, Cast]
    flows: list[Flow]
    initiatives: list[Initiative]
    returns: dict[str, dict[str, YearlyReturn]] = Field(default_factory=dict)
    faults: list[Fault]
    expected: dict[str, dict[str, dict[str, Tally]]] = Field(default_factory=dict)
    reconciliation: dict[str, Reconciliation] = Field(default_factory=dict)
    # Pence by year and step, from what the registers claim to what counts of it.
    savings: dict[str, dict[str, int]] = Field(default_factory=dict)


def load_story(path: Path | None = None) -> Story:
    """The story in ``path``, else the checkout's, else the shipped one; ``ValueError`` if bad."""
    in_checkout = CHECKOUT / "data" / "story.yml"
    path = path or (in_checkout if in_checkout.is_file() else _SHIPPED)
    return Story.model_validate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
