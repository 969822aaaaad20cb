"""The review of lines without a class: list the patterns by £ with the evidence, decide one.

What is listed is read from the current release; what is decided is written to a data file, and the
next run uses it. Which lines a decision reaches is no matter of this module.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple, get_args

from .console import ExitCode, UsageError, print_json, settings_of

if TYPE_CHECKING:
    from ..settings import Settings
    from .steward import Add

_SHOWN = 20
_PATTERNS = """
    SELECT pattern_id, body_id, body_name, department, area, account, rules, lines,
        CAST(gross_pounds * 100 AS BIGINT) AS gross_pence
    FROM v_unclassified_pattern ORDER BY rank_no"""
_PAYEES = """
    SELECT coalesce(supplier_name, 'not reported'), count(*), sum(amount_pence)::BIGINT
    FROM fct_spend_line
    WHERE theme = 'unclassified' AND body_id = ? AND coalesce(department, 'not_reported') = ?
        AND coalesce(area, 'not_reported') = ? AND coalesce(account, 'not_reported') = ?
    GROUP BY 1 ORDER BY 3 DESC, 1"""


class Pattern(NamedTuple):
    """Labels of a body whose lines have no class, with the rules that leave them so."""

    pattern_id: str
    body_id: str
    body_name: str
    department: str
    area: str
    account: str
    rules: str
    lines: int
    pence: int

    @property
    def labels(self) -> tuple[str, str, str]:
        return self.department, self.area, self.account

    @property
    def said(self) -> str:
        """The labels that are there, the lowest last."""
        from ..display import display_safe

        there = [display_safe(label) or "" for label in self.labels if label != "not_reported"]
        return " / ".join(there) or "no label"


def add_verb(add: Add) -> None:
    """Adds ``review`` to the command line."""
    verb = add("review", review, "lines that no rule classifies, by £, and what people decide")
    verb.add_argument(
        "words", nargs="*", metavar="PATTERN | decide PATTERN THEME", help="one pattern in full"
    )
    verb.add_argument("--limit", type=int, default=_SHOWN, metavar="N", help="patterns shown")
    verb.add_argument("--reason", metavar="TEXT", help="why it is decided so")
    verb.add_argument("--name", help="who decides it")


def review(options: argparse.Namespace) -> ExitCode:
    """The queue, one pattern, or a decision."""
    match options.words:
        case []:
            return _queue(options)
        case ["decide", pattern, theme]:
            return _decide(options, pattern, theme)
        case [pattern] if pattern != "decide":
            return _one(options, pattern)
    raise UsageError(
        "Write `totalplace review`, `totalplace review PATTERN`, or `totalplace review decide "
        "PATTERN THEME --reason TEXT --name NAME`."
    )


def _queue(options: argparse.Namespace) -> ExitCode:
    from ..contracts.decisions import decisions
    from ..display import pounds, table

    settings = settings_of(options)
    patterns, decided = _patterns(settings), decisions(settings.decisions)
    if options.json:
        print_json([pattern._asdict() for pattern in patterns])
        return ExitCode.DONE
    total = pounds(sum(pattern.pence for pattern in patterns))
    print(f"{len(patterns):,} patterns of labels without a class, {total}; the largest first.")
    rows = [
        (p.pattern_id, pounds(p.pence), f"{p.lines:,}", p.body_name, p.said, p.rules)
        for p in patterns[: max(0, options.limit)]
    ]
    if rows:
        print()
        print("\n".join(table(rows, ("Pattern", "£", "Lines", "Body", "Labels", "Left by"))))
    if len(patterns) > len(rows):
        print(f"\nand {len(patterns) - len(rows):,} smaller ones: --limit {len(patterns)}")
    if decided:
        print(f"\n{len(decided):,} decisions are in {settings.decisions}.")
    print("\nThe payees behind one: totalplace review PATTERN")
    return ExitCode.DONE


def _one(options: argparse.Namespace, pattern_id: str) -> ExitCode:
    from ..display import display_safe, pounds, table

    settings = settings_of(options)
    pattern = _find(_patterns(settings), pattern_id)
    payees = _asked(settings, _PAYEES, [pattern.body_id, *pattern.labels])
    if options.json:
        names = ("payee", "lines", "pence")
        behind = [dict(zip(names, payee, strict=True)) for payee in payees]
        print_json(pattern._asdict() | {"payees": behind})
        return ExitCode.DONE
    lines = "line" if pattern.lines == 1 else "lines"
    print(f"{pattern.pattern_id}  {pattern.body_name}: {pattern.said}")
    print(f"{pattern.lines:,} {lines}, {pounds(pattern.pence)}, left by {pattern.rules}\n")
    shown = payees[: options.limit]
    rows = [(display_safe(str(n)) or "", f"{c:,}", pounds(int(p))) for n, c, p in shown]
    print("\n".join(table(rows, ("Payee", "Lines", "£"))))
    print(
        f"\nTo decide: totalplace review decide {pattern.pattern_id} THEME --reason TEXT "
        f"--name NAME, where THEME is {', '.join(_themes())}"
    )
    return ExitCode.DONE


def _decide(options: argparse.Namespace, pattern_id: str, theme: str) -> ExitCode:
    from ..contracts.decisions import Decision, add_decision, decisions, today
    from ..display import pounds

    settings = settings_of(options)
    if theme not in _themes():
        raise UsageError(f"{theme!r} is no theme. Write one of: {', '.join(_themes())}.")
    if not (options.reason or "").strip() or not (options.name or "").strip():
        raise UsageError("A decision needs a reason and a name: --reason TEXT --name NAME.")
    earlier = [d for d in decisions(settings.decisions) if d.pattern_id == pattern_id]
    if earlier:
        facts = earlier[-1].model_dump(include={"body_id", "department", "area", "account"})
        reached = "what was decided before gives way"
    else:
        pattern = _find(_patterns(settings), pattern_id)
        facts = dict(zip(("department", "area", "account"), pattern.labels, strict=True))
        facts["body_id"] = pattern.body_id
        lines = "line" if pattern.lines == 1 else "lines"
        reached = f"{pattern.lines:,} {lines}, {pounds(pattern.pence)}"
    decision = Decision.model_validate(
        facts
        | {
            "decided_on": today(),
            "decided_by": options.name,
            "pattern_id": pattern_id,
            "theme": theme,
            "reason": options.reason,
        }
    )
    add_decision(settings.decisions, decision)
    if options.json:
        print_json(decision.model_dump(mode="json"))
    else:
        print(f"{pattern_id} is {theme} from the next run on ({reached}).")
        print(f"Kept in {settings.decisions}, signed {decision.decided_by}.")
    return ExitCode.DONE


def _themes() -> tuple[str, ...]:
    from ..contracts.decisions import Theme

    return get_args(Theme)


def _find(patterns: list[Pattern], pattern_id: str) -> Pattern:
    for pattern in patterns:
        if pattern.pattern_id == pattern_id:
            return pattern
    raise UsageError(
        f"There is no pattern {pattern_id} without a class in the current release. "
        "`totalplace review` lists them."
    )


def _patterns(settings: Settings) -> list[Pattern]:
    found = []
    for row in _asked(settings, _PATTERNS, []):
        pattern_id, body_id, name, department, area, account, rules = map(str, row[:7])
        labels = (department, area, account)
        found.append(Pattern(pattern_id, body_id, name, *labels, rules, int(row[7]), int(row[8])))
    return found


def _asked(settings: Settings, query: str, parameters: list[str]) -> list[tuple[str | int, ...]]:
    """The rows of a query over the current release."""
    from ..publish.store import current_release

    folder = current_release(settings.published)
    if folder is None:
        raise UsageError("Nothing has been published yet. Start with: totalplace run")
    with settings.memory.connect(folder / "totalplace.duckdb", read_only=True) as connection:
        rows: list[tuple[str | int, ...]] = connection.execute(query, parameters).fetchall()
    return rows
