"""Writes the story's files: which there are, how many lines each holds, and their names.

Here belongs the plan of files; lines come from ``lines`` and ``returns``, faults from ``faults``
and bytes from ``render``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from ..contracts.feeds import FEEDS
from ..contracts.layout import Layout
from ..contracts.model import Feed, Partner
from ..contracts.periods import Period, in_year, months_of, of_year
from .faults import Planted, plant
from .lines import LineMaker, Lines, Spent, random_stream
from .render import Sheet, as_table, render
from .returns import Truth, funding_rows, savings_rows
from .story import Commitment, Fault, SpendCast, Story, load_story
from .texts import Style
from .yearly_returns import yearly_return_sheets


@dataclass
class _Delivery:
    """One spend file to make: ``copies`` files hold its lines (0 if it is never delivered)."""

    partner: str
    number: int
    period: Period
    natural: int
    copies: int
    grows: bool
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0


def generate(
    out: Path,
    *,
    lines: int | None = None,
    seed: int = 1,
    partners: Mapping[str, Partner],
    story: Path | None = None,
) -> list[Path]:
    """Writes the story below ``out`` as ``<partner>/<feed>/SYNTHETIC-<name>``; the paths made.

    ``lines`` is the number of spend lines over all files written, corrected and duplicate files
    included, kept exactly; ``None`` is the story's natural size. Growth goes into the CSV files:
    a workbook keeps its natural size. Below the natural size every file shrinks, and one left
    without lines is not written. The same seed gives the same bytes. ``ValueError`` if the story
    names a partner or feed without a contract, or ``lines`` is less than 1.
    """
    if lines is not None and lines < 1:
        raise ValueError(f"lines must be at least 1, not {lines}")
    known = load_story(story)
    if unknown := sorted(set(known.partners) - set(partners)):
        raise ValueError(f"the story names {unknown[0]!r}, which has no contract")
    spent: dict[tuple[str, str], Spent] = {}
    made: list[Path] = []
    deliveries = _plan(known, partners, seed)
    _share_out(deliveries, lines)
    for partner_id in known.partners:
        mine = [d for d in deliveries if d.partner == partner_id]
        made += _spend_files(out, known, partners[partner_id], mine, seed, spent)
    for partner_id in known.partners:
        made += _return_files(out, known, partners, partner_id, spent)
    return sorted(made)


def file_name(template: str, period: Period) -> str:
    """A file's name from the story's template: {month} {Month} {year} {fy} {quarter}."""
    return template.format(
        month=f"{period.start:%B}".lower(),
        Month=f"{period.start:%B}",
        year=period.start.year,
        fy=period.financial_year,
        quarter=period.label[-1],
    )


# ------------------------------------------------------------------------------- the plan


def _plan(story: Story, partners: Mapping[str, Partner], seed: int) -> list[_Delivery]:
    """Every spend file of the story at its natural size, which varies a little by file."""
    deliveries = []
    for partner_id, cast in story.partners.items():
        feed = _feed(partners[partner_id], "spend")
        periods = [p for y in story.years for p in in_year(of_year(y), feed.cadence)]
        for number, period in enumerate(periods):
            faults = [
                f
                for f in story.faults
                if (f.partner, f.feed, f.period) == (partner_id, "spend", period.label)
            ]
            sheets = len(months_of(period)) if cast.spend.sheet_a_month else 1
            vary = random_stream(seed, partner_id, "size", period.label).random()
            natural = round(cast.spend.lines * sheets * (900 + int(vary * 200)) / 1000)
            kinds = {f.kind for f in faults}
            copies = 0 if "gap" in kinds else 1 + len(kinds & {"corrected", "duplicate"})
            deliveries.append(
                _Delivery(partner_id, number, period, natural, copies, cast.spend.grows, faults)
            )
    return deliveries


def _share_out(deliveries: list[_Delivery], wanted: int | None) -> None:
    """Gives every delivery its number of lines, so that the files hold ``wanted`` in all."""
    natural = sum(d.natural * d.copies for d in deliveries)
    total = natural if wanted is None else wanted
    still = [d for d in deliveries if not d.grows] if total > natural else []
    for delivery in still:
        delivery.lines = delivery.natural
    rest = total - sum(d.natural * d.copies for d in still)
    moving = [d for d in deliveries if d not in still]
    weight = sum(d.natural * d.copies for d in moving)
    ratio = Fraction(rest, weight)
    for delivery in moving:
        delivery.lines = int(delivery.natural * ratio)
    # What rounding left over goes one by one to the files that exist once, largest share first.
    over = rest - sum(d.lines * d.copies for d in moving)
    single = [d for d in moving if d.copies == 1]
    single.sort(key=lambda d: (-((d.natural * ratio) % 1), d.partner, d.number))
    for index in range(over):
        single[index % len(single)].lines += 1


def _commitments(story: Story, partner_id: str) -> list[Commitment]:
    """What a partner always pays: its own commitments and its flows to other bodies.

    A flow is one commitment a year, as the ledger may write the payee otherwise in another year.
    """
    flows = [
        Commitment(
            labels=flow.ledger.labels_in(year),
            theme=flow.theme,
            annual={year: pounds},
            paid=flow.ledger.paid,
            agreement=flow.agreement,
        )
        for flow in story.flows
        if flow.payer == partner_id and flow.ledger
        for year, pounds in flow.annual.items()
    ]
    return [*story.partners[partner_id].spend.commitments, *flows]


# ------------------------------------------------------------------------------ the files


def _spend_files(
    out: Path,
    story: Story,
    partner: Partner,
    deliveries: Sequence[_Delivery],
    seed: int,
    spent: dict[tuple[str, str], Spent],
) -> Iterator[Path]:
    cast = story.partners[partner.id].spend
    maker = LineMaker(story, cast, _commitments(story, partner.id), seed, partner.id)
    layouts = _feed(partner, "spend")
    before = 0
    for delivery in deliveries:
        spans = months_of(delivery.period)
        groups = [[m] for m in spans] if cast.sheet_a_month else [spans]
        each, over = divmod(delivery.lines, len(groups))
        parts = [maker.lines(g, each + (i < over)) for i, g in enumerate(groups)]
        planted, truth = plant(Lines.joined(parts), delivery.faults, delivery.period, cast.pay_days)
        year = (partner.id, delivery.period.financial_year)
        spent.setdefault(year, Spent()).add(maker.spent(truth))
        if delivery.lines and delivery.copies:
            layout = layouts.layouts_for(delivery.period)[0]
            style = _style(cast, delivery)
            first: list[Sheet] = []
            second: list[Sheet] = []
            start = 0
            for group, part in zip(groups, parts, strict=True):
                span = slice(start, start + len(part))
                sent = maker.table(planted.lines.take(span), before + start)
                right = maker.table(truth.take(span), before + start)
                first.append(_sheet(cast, group[0], sent, planted))
                second.append(_sheet(cast, group[0], right, Planted(truth)))
                start = span.stop
            yield from _deliver(out, partner, cast, delivery, layout, style, first, second)
        before += delivery.lines


def _deliver(
    out: Path,
    partner: Partner,
    cast: SpendCast,
    delivery: _Delivery,
    layout: Layout,
    style: Style,
    first: Sequence[Sheet],
    second: Sequence[Sheet],
) -> Iterator[Path]:
    """The file as first sent; where the story says so, its correction or its bytes again."""
    name = file_name(cast.file_name, delivery.period)
    content = render(first, FEEDS["spend"], layout, style)
    yield _write(out / partner.id / "spend" / name, content)
    for fault in delivery.faults:
        if fault.kind == "duplicate":
            yield _write(out / partner.id / "spend" / fault.files[1], content)
        elif fault.kind == "corrected":
            right = render(second, FEEDS["spend"], layout, style)
            yield _write(out / partner.id / "spend" / fault.files[1], right)


def _return_files(
    out: Path,
    story: Story,
    partners: Mapping[str, Partner],
    partner_id: str,
    spent: Truth,
) -> Iterator[Path]:
    cast = story.partners[partner_id]
    for year in story.years:
        period = of_year(year)
        rows = {
            "funding": funding_rows(story, partners, partner_id, year, spent),
            "savings": savings_rows(story, partners, partner_id, year),
        }
        for feed, written in (("funding", cast.funding), ("savings", cast.savings)):
            if rows[feed]:
                layout = _feed(partners[partner_id], feed).layouts_for(period)[0]
                sheet = Sheet(as_table(rows[feed], FEEDS[feed]))
                content = render([sheet], FEEDS[feed], layout, written.style)
                name = file_name(written.file_name, period)
                yield _write(out / partner_id / feed / name, content)
        for feed, yearly in story.returns.get(partner_id, {}).items():
            if sheets := yearly_return_sheets(yearly, FEEDS[feed], year):
                layout = _feed(partners[partner_id], feed).layouts_for(period)[0]
                content = render(sheets, FEEDS[feed], layout, yearly.style)
                yield _write(out / partner_id / feed / file_name(yearly.file_name, period), content)


def _sheet(cast: SpendCast, month: Period, rows: pa.Table, planted: Planted) -> Sheet:
    """The lines of a month or a file, with what stands around them."""
    words = {
        "fy_slash": month.financial_year.replace("-", "/"),
        "number": f"{(month.start.month - 4) % 12 + 1:02d}",
    }
    return Sheet(
        rows,
        name=f"{month.start:{cast.sheet_a_month}}" if cast.sheet_a_month else "Sheet1",
        titles=[title.format(**words) for title in cast.titles],
        notes=cast.notes,
        total=planted.total,
        blank_after=planted.blank_after,
        omit=planted.omit,
        replaced=planted.replaced,
    )


def _style(cast: SpendCast, delivery: _Delivery) -> Style:
    usual = cast.style_cycle[delivery.number % len(cast.style_cycle)]
    return cast.styles[cast.style_for.get(delivery.period.label, usual)]


def _feed(partner: Partner, name: str) -> Feed:
    if name not in partner.feeds:
        raise ValueError(f"the contract of {partner.id!r} has no feed {name!r}, but the story has")
    return partner.feeds[name]


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
