"""The last screen of a run, in plain words, from what ``summary`` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..contracts.feeds import FEEDS
from ..display import display_safe, pounds, pounds_aside, said_of, whole_pounds
from ..display import table as aligned
from .summary import Headline, Summary


def summary_text(summary: Summary) -> str:
    """The last screen in plain words."""
    out = ["", _headline(summary)]
    if pinned := summary.get("pinned"):
        out.append(pinned)
    for refusal in summary["refusals"]:
        out.append(f"  {refusal['message']}")
    out += _table(
        "Who delivered",
        [
            (
                f"{d['name']}, {d['feed']}",
                f"{d['files']} in force, {d['first']}"
                + (f" to {d['last']}" if d["last"] != d["first"] else ""),
                f"{d['rows']:,} lines",
                pounds(d["pence"]) if FEEDS[d["feed"]].money_field else "–",
            )
            for d in summary["delivered"]
        ],
        "Nobody yet.",
    )
    out += _table(
        "Not counted",
        [
            (
                f"{display_safe(n['file_name'])} ({n['receipt_id']})",
                _VERDICTS.get(n["verdict"], "rows set aside"),
                n["period"] or "",
                f"{n['rows_set_aside'] + n['rows_held']:,} rows",
                pounds_aside(
                    n["pence_set_aside"] + n["pence_held"],
                    n["rows_set_aside"] + n["rows_held"],
                    n["rows_unpriced"],
                ),
                n["reason"],
            )
            for n in summary["not_counted"]
        ],
        "Nothing: every line received is counted.",
    )
    if summary["doubtful"]:
        out += _table("Counted, though a question is open", _doubtful(summary), "")
    if summary["left_alone"]:
        rows = [(display_safe(left["place"]), left["reason"]) for left in summary["left_alone"]]
        out += _table("Left alone in landing", rows, "")
    if "headlines" in summary:
        out += _figures(summary["headlines"])
    out += _table("Gaps", [(gap,) for gap in summary["gaps"]], "None.")
    if path := summary.get("release_path"):
        out += ["", f"The release is at {path}"]
    if report := summary.get("report_path"):
        out.append(f"Its report is at {report}")
    if damage := summary.get("unreadable"):
        out.append(damage)
    if "seconds" in summary:
        out.append(f"Took {summary['seconds']} s.")
    return "\n".join(out)


def _doubtful(summary: Summary) -> list[tuple[str | None, ...]]:
    """What counts though something about it is not explained, with the first of its questions."""
    return [
        (
            f"{display_safe(d['file_name'])} ({d['receipt_id']})",
            d["period"] or "",
            f"{d['rows']:,} rows",
            pounds(d["pence"]),
            d["questions"][0] + _and_more(len(d["questions"]) - 1),
        )
        for d in summary["doubtful"]
    ]


def _and_more(number: int) -> str:
    return f" (and {number} more)" if number else ""


_VERDICTS = {"refused": "refused", "held": "held"}


def _headline(summary: Summary) -> str:
    label = " (SYNTHETIC data)" if summary.get("synthetic") else ""
    return {
        "none": "Nothing has been published yet. Start with: totalplace run",
        "published": f"Published release {summary['release_id']}{label}.",
        "waiting": "A release was made and passed its audit, and waits: release "
        f"{summary['release_id']}{label} stays current.",
        "unchanged": f"Nothing has changed: release {summary['release_id']}{label} stays current.",
        "refused": "Nothing was published: the audit refused the candidate.",
        "failed": f"Nothing was published: {summary['failure'] or 'the job did not finish'}.",
    }[str(summary["status"])]


Rows = Sequence[Headline]
_THE_PLACE = "place"
_SERVICES = {
    "drug_alcohol_spend": "Spend on drug and alcohol services",
    "public_access_spend": "Spend on public access to services",
}


def _figures(headlines: Rows) -> list[str]:
    """The headline figures; whether one may be stated stands in its row."""

    def of(name: str) -> Rows:
        return [row for row in headlines if row["headline"] == name]

    out: list[str] = []
    for name, title in _SERVICES.items():
        bodies = [row for row in of(name) if row["body_id"] != _THE_PLACE]
        out += _table(title + ", by body and year", _by_body(bodies), "None found.")
        starred = [row for row in bodies if row["pence"] is not None and _lacks(row)]
        out += [f"  * {said}" for said in said_of(_by_body_and_reason(starred))]
    out.append("  Within the place, without what one body of it passed on to another.")
    for row in of("unclassified_spend"):
        out.append(f"  {row['reason']} {row['lines']:,} lines, {pounds(row['pence'])}.")
    sources = {row["financial_year"]: row["reason"] for row in of("place_sources")}
    count = _by_year(of("place_spend"), _PLACE)
    rows = [(*row, sources.get(row[0], "")) for row in count]
    out += _table("One count of all the money, by year", rows, "No year yet.")
    target = next(iter(of("savings_target")), None)
    out += _table(
        f"Savings beside the target of {_figure(target)}",
        _by_year(of("savings"), _SAVINGS),
        "No savings return has been received.",
    )
    if target and target["reason"]:
        out.append(f"  {target['reason']}")
    beside = said_of((row["financial_year"], row["reason"]) for row in of("savings"))
    out += [f"  * {said}" for said in beside]
    out += [
        f"  Savings {row['financial_year']}: {_doubts(row)}."
        for row in of("savings")
        if row["measure"] == "claimed" and _doubts(row)
    ]
    completeness = [row for row in of("place_spend") if row["measure"] == "in_scope_net"]
    out += _table(
        "Partners present and expected",
        [
            (
                row["financial_year"],
                f"{row['partners_present']} of {row['partners_expected']}",
                f"in the place {pounds(row['pence'])}"
                if row["status"] == "stated"
                else f"no place figure. {row['reason']}",
                _doubts(row),
            )
            for row in completeness
        ],
        "No year yet.",
    )
    return out


def _doubts(row: Headline) -> str:
    """How many questions are open behind a figure and what waits outside it, in words."""
    said = []
    if asked := row["unexplained_findings"]:
        questions = "1 question" if asked == 1 else f"{asked} questions"
        said.append(f"{questions} open about {pounds(row['questioned_pence'])} in it")
    if held := row["files_held"]:
        files = "1 file" if held == 1 else f"{held} files"
        said.append(f"{files} held with {pounds(row['held_pence'])} not in it")
    return "; ".join(said)


_PLACE = {
    "gross": "received",
    "eliminated": "counted twice",
    "out_of_scope": "out of scope",
    "in_scope_net": "counted",
    "possible_double_count": "perhaps still twice",
}
_SAVINGS = {
    "evidenced": "shown by the ledgers",
    "counted": "counted in the year",
    "claimed": "claimed",
    "recurring": "recurring a year",
}


def _figure(row: Headline | None) -> str:
    """A figure to the pound, with a star if something is not in it; a dash, or its status in words,
    where there is none."""
    if row is None:
        return "–"
    if row["pence"] is None:
        return "–" if row["status"] == "incomplete" else str(row["status"]).replace("_", " ")
    return f"{'*' if _lacks(row) else ''}{whole_pounds(row['pence'])}"


def _lacks(row: Headline) -> bool:
    """Whether something must be said beside a figure of a body, or of savings."""
    of_body = row["headline"] in _SERVICES and row["body_id"] != _THE_PLACE
    return bool(row["reason"]) and (of_body or row["headline"] == "savings")


def _by_body_and_reason(rows: Rows) -> list[tuple[str, str | None]]:
    """Each body with its years of which the same must be said."""
    years: dict[tuple[str, str | None], list[str]] = {}
    for row in rows:
        years.setdefault((row["body_name"], row["reason"]), []).append(row["financial_year"])
    return [(f"{body} {', '.join(of)}", reason) for (body, reason), of in years.items()]


def _by_year(rows: Rows, measures: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Years down, measures across."""
    cells = {(row["financial_year"], row["measure"]): row for row in rows}
    years = sorted({row["financial_year"] for row in rows})
    lines = [
        (year, *(_figure(cells.get((year, measure))) for measure in measures)) for year in years
    ]
    return [("", *measures.values()), *lines] if lines else []


def _by_body(rows: Rows) -> list[tuple[str, ...]]:
    """Bodies down, years across; a body outside the place comes last, with its scope."""
    cells = {(row["body_name"], row["measure"], row["financial_year"]): row for row in rows}
    years = sorted({row["financial_year"] for row in rows})
    bodies = sorted({(r["measure"] != "in_scope", r["body_name"], r["measure"]) for r in rows})
    lines = [
        (
            body if scope == "in_scope" else f"{body} ({scope.replace('_', ' ')})",
            *(_figure(cells.get((body, scope, year))) for year in years),
        )
        for _, body, scope in bodies
    ]
    return [("", *years), *lines] if lines else []


def _table(title: str, rows: Sequence[tuple[str | None, ...]], empty: str) -> list[str]:
    out = ["", title]
    if not rows:
        return [*out, f"  {empty}"]
    cells = [[cell or "" for cell in row] for row in rows]
    headings = [] if cells[0][0] else cells.pop(0)
    return [*out, *(f"  {line}" for line in aligned(cells, headings))]
