"""Words for codes, years and lists, and what is said of how whole a figure is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from .rows import Row

# Beside a figure in which something is missing that a note names.
STAR = "*"
_LABELS = Path(__file__).with_name("labels.yml")


@cache
def _labels() -> dict[str, str]:
    import yaml

    return {str(k): str(v) for k, v in yaml.safe_load(_LABELS.read_text("utf-8")).items()}


def reasons(rows: Iterable[Row | None]) -> str:
    """What must be said beside these figures, each sentence once."""
    said = dict.fromkeys(row.text("reason") for row in rows if row is not None)
    return " ".join(filter(None, said))


def label(code: object) -> str:
    """A code of a table in words: its own wording of ``labels.yml``, else the code as it reads."""
    text = "" if code is None else str(code)
    return _labels().get(text, text.replace("_", " ").strip())


def heading(code: object) -> str:
    """``label`` with a capital letter."""
    text = label(code)
    return text[:1].upper() + text[1:]


def listed(items: Iterable[object], last: str = "and") -> str:
    """Items in a sentence: a, b and c."""
    texts = [str(item) for item in items]
    return f" {last} ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 body, 1,204 lines."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def of_so_many(number: int, many: str) -> str:
    """A noun of which there may be one: pairs of bodies, or pair of bodies."""
    first, *rest = many.split(" of ")
    return " of ".join([first.removesuffix("s") if number == 1 else first, *rest])


def years(rows: Sequence[Row], column: str = "financial_year") -> list[str]:
    """The years of some rows, in order."""
    return sorted({row.text(column) for row in rows} - {""})


def titled(what: str, year: str) -> str:
    """A title with the year that a table is of, if there is one."""
    return f"{what}, {year}" if year else what


def span(names: Sequence[str]) -> str:
    """From the first year to the last."""
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}" if names else "no year"


def completeness(
    rows: Sequence[Row], column: str = "financial_year", sent: str = "deliveries"
) -> str:
    """How whole the years behind some rows are, in one sentence, from the rows' own columns;
    ``sent`` is what was owed. It is no word on the figures, which may lack something else."""
    found = {
        (row.text(column), row.count("partners_present"), row.count("partners_expected"))
        for row in rows
    }
    gaps = [(y, p, e) for y, p, e in sorted(found) if p != e]
    unasked = sorted({y for y, _, e in found if not e})
    said = []
    if gaps:
        said.append(
            "Deliveries are missing: "
            + listed(
                f"{y} ({p} of {counted(e, 'body has', 'bodies have')} sent all)" for y, p, e in gaps
            )
            + "."
        )
    elif found and not unasked:
        said.append(f"Every body that owes {sent} of these years has sent them.")
    if unasked:
        said.append(f"No body was asked for {listed(unasked)}.")
    return " ".join(said)


def questions(rows: Sequence[Row], column: str = "financial_year") -> str:
    """The open questions behind some rows, by year."""
    found = {(row.text(column), row.count("unexplained_findings")) for row in rows}
    asked = [(year, number) for year, number in sorted(found) if number]
    if not asked:
        return "No question is open about them."
    return "Open questions: " + listed(f"{year} ({number:,})" for year, number in asked) + "."


def per_mille(share: int) -> str:
    """Parts of a thousand as a percentage: 12.3 %."""
    whole, tenth = divmod(abs(share), 10)
    return f"{'−' if share < 0 else ''}{whole}.{tenth} %"
