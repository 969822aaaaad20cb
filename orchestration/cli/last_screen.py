"""The last screen of a run, in plain words, from what ``summary`` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..contracts.feeds import FEEDS
from ..display import display_safe, pounds
from ..display import table as aligned

TARGET_PENCE = 200_000_000_00
_SAVINGS_NOTE = (
    "The target's basis, years and price base are not confirmed, so no share of it is given."
)


def summary_text(summary: Mapping[str, Any]) -> str:
    """The last screen in plain words."""
    out = ["", _headline(summary)]
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
                "refused" if n["verdict"] == "refused" else "rows set aside",
                f"{n['rows_set_aside']:,} rows",
                pounds(n["pence_set_aside"]),
                n["reason"],
            )
            for n in summary["not_counted"]
        ],
        "Nothing: every line received is counted.",
    )
    if "completeness" in summary:
        out += _figures(summary)
    out += _table("Gaps", [(gap,) for gap in summary["gaps"]], "None.")
    if path := summary.get("release_path"):
        out += ["", f"The release is at {path}"]
    if "seconds" in summary:
        out.append(f"Took {summary['seconds']} s.")
    return "\n".join(out)


def _headline(summary: Mapping[str, Any]) -> str:
    label = " (SYNTHETIC data)" if summary.get("synthetic") else ""
    return {
        "published": f"Published release {summary['release_id']}{label}.",
        "unchanged": f"Nothing has changed: release {summary['release_id']}{label} stays current.",
        "refused": "Nothing was published: the audit refused the candidate.",
        "failed": f"Nothing was published: {summary['failure'] or 'the job did not finish'}.",
    }[str(summary["status"])]


def _figures(summary: Mapping[str, Any]) -> list[str]:
    out: list[str] = []
    for title, key in (
        ("Spend on drug and alcohol services", "drug_alcohol"),
        ("Spend on public access to services", "public_access"),
    ):
        out += _table(title + ", by body and year", _matrix(summary[key]), "None found.")
    out.append("  What lies in the place, without what one body of it passed on to another.")
    for row in summary["unclassified"]:
        if row["theme"] == "unclassified":
            out.append(f"  No rule decided {row['lines']:,} lines ({pounds(row['pence'])}).")
    out += _table("One count of all the money, by year", _count(summary["count"]), "No year yet.")
    out += _table(
        f"Savings beside the target of {pounds(TARGET_PENCE)[:-3]}",
        _savings(summary["savings"]),
        "No savings return has been received.",
    )
    out.append(f"  {_SAVINGS_NOTE}")
    out += _table(
        "Partners present and expected",
        [
            (
                c["financial_year"],
                f"{c['partners_present']} of {c['partners_expected']}",
                f"in the place {pounds(c['in_scope_net_pence'])}"
                if c["is_complete"]
                else f"no place figure; not complete: {c['partners_missing']}",
            )
            for c in summary["completeness"]
        ],
        "No year yet.",
    )
    return out


_TWO_VIEWS = {
    "reconciled": "agrees with its sources to the penny",
    "incomplete": "has gaps: not held against its sources",
    "no_source_data": "nobody tells of its sources",
    "differs": "DIFFERS from its sources",
}


def _count(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Every pound by year: received, counted twice, out of scope, counted; and whether it holds."""
    if not rows:
        return []
    heads = ("", "received", "counted twice", "out of scope", "counted", "perhaps still twice")
    keys = ("gross", "eliminated", "out_of_scope", "in_scope_net", "possible_double_count")
    return [
        (*heads, "by sources"),
        *(
            (
                r["financial_year"],
                # Without every body there is no place figure, here or anywhere.
                *("–" if (p := r[f"{key}_pence"]) is None else pounds(p)[:-3] for key in keys),
                _TWO_VIEWS[r["reconciliation_status"]],
            )
            for r in rows
        ),
    ]


def _savings(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """By year: what is claimed, what counts of it, and what of that comes again every year."""
    keys = ("claimed", "counted", "recurring")
    figures = [(r["financial_year"], *(pounds(r[f"{k}_pence"])[:-3] for k in keys)) for r in rows]
    return [("", "claimed", "counted in the year", "recurring a year"), *figures] if rows else []


def _matrix(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Bodies down, years across; what cannot be seen is said, never 0."""
    years = sorted({r["financial_year"] for r in rows})
    bodies = sorted({(r["scope"] != "in_scope", r["body"], r["scope"]) for r in rows})
    if not rows:
        return []
    cells = {(r["body"], r["scope"], r["financial_year"]): r for r in rows}
    table: list[tuple[str, ...]] = [("", *years)]
    for _, body, scope in bodies:
        line = [body if scope == "in_scope" else f"{body} ({scope.replace('_', ' ')})"]
        for year in years:
            row = cells.get((body, scope, year))
            if row is None:
                line.append("–")
            elif row["pence"] is None:
                line.append("not observable")
            else:
                line.append(pounds(row["pence"])[:-3])
        table.append(tuple(line))
    return table


def _table(title: str, rows: Sequence[tuple[str | None, ...]], empty: str) -> list[str]:
    out = ["", title]
    if not rows:
        return [*out, f"  {empty}"]
    return [
        *out,
        *(f"  {line}" for line in aligned([[cell or "" for cell in row] for row in rows])),
    ]
