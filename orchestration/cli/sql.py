"""The verb ``sql``: questions to a release, at a prompt or by ``-c``, and how answers are shown."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .console import ExitCode, UsageError, print_json, report_error, settings_of

if TYPE_CHECKING:
    from ..release.door import Answer, Door
    from .steward import Add

SHOWN, LISTED = 100, 100_000
HELP = """\
A question in SQL ends with a semicolon and may go over several lines.
  .tables            the tables of this release
  .describe TABLE    the columns of a table
  .quit              leave (or Ctrl-D)
Ctrl-C stops a question. Money is whole pence in columns that end in _pence."""


def add_verb(add: Add) -> None:
    """Adds the verb and its options to the command line."""
    sql_ = add("sql", sql, "ask a release in SQL; nothing can be changed")
    sql_.add_argument(
        "release",
        nargs="?",
        metavar="RELEASE",
        help="a release's id, a day or a folder (the current one)",
    )
    sql_.add_argument("-c", dest="command", metavar="SQL", help="ask this, and end")
    sql_.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the answer to -c into FILE (- prints it)"
    )
    sql_.add_argument(
        "--rows", type=_count, metavar="N", help=f"how many rows to show ({SHOWN}; JSON {LISTED})"
    )
    sql_.add_argument(
        "--seconds",
        type=_count,
        default=300,
        metavar="N",
        help="how long a question may take (300)",
    )


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 10_000_000:
        raise ValueError
    return number


def sql(options: argparse.Namespace) -> ExitCode:
    """Opens the door, asks, and says what came of it; exits with 1 if an answer failed."""
    from ..publish.store import CURRENT, ReleaseError
    from ..release.door import DoorError, bounded_process, memory_bytes, open_door
    from ..release.find import find_release

    settings = settings_of(options)
    if options.csv and options.command is None:
        raise UsageError("--csv writes the answer to a question: name it with -c SQL.")
    if len(str(options.release).split()) > 1 and not Path(options.release).exists():
        raise UsageError("That names no release. A question is asked by -c: totalplace sql -c SQL.")
    try:
        folder = find_release(options.release or CURRENT, settings.published)
        with (
            open_door(folder, settings.memory, options.seconds) as door,
            bounded_process(memory_bytes(door)),
        ):
            return _prompt(door, options) if options.command is None else _asked(door, options)
    except ReleaseError as error:
        raise UsageError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    except DoorError as error:
        return report_error(options, str(error), ExitCode.REFUSED)
    except KeyboardInterrupt:
        return report_error(options, "The question was stopped.", ExitCode.REFUSED)


def _asked(door: Door, options: argparse.Namespace) -> ExitCode:
    if options.csv:
        out = Path("/dev/stdout") if str(options.csv) == "-" else options.csv.absolute()
        if (
            not out.parent.is_dir()
            or out.is_dir()
            or door.folder.resolve() in out.resolve().parents
        ):
            raise UsageError(f"Nothing can be written to {out}: name a file in another folder.")
        rows = door.write(options.command, out)
        if options.json:
            print_json({"release_id": door.folder.name, "rows": rows, "out": str(options.csv)})
        elif str(options.csv) != "-":
            print(f"{rows:,} rows written to {out}")
        return ExitCode.DONE
    answers = door.ask(options.command, options.rows or (LISTED if options.json else SHOWN))
    if options.json:
        print_json({"release_id": door.folder.name, "answers": [_as_json(a) for a in answers]})
    else:
        print("\n\n".join(map(answer_text, answers)))
    return ExitCode.DONE


def _as_json(answer: Answer) -> dict[str, object]:
    columns = [
        {"name": name, "type": kind}
        for name, kind in zip(answer.columns, answer.types, strict=True)
    ]
    return {"columns": columns, "rows": answer.rows, "more": answer.more}


def answer_text(answer: Answer) -> str:
    """An answer as a table, and how many rows it has."""
    from ..display import display_safe, table

    rows = [[_cell(value) for value in row] for row in answer.rows]
    headings = [display_safe(column) or "" for column in answer.columns]
    count = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    more = f"The first {count}; there are more (--rows N, or --csv FILE for all)"
    return "\n".join([*table(rows, headings), f"({more if answer.more else count})"])


def _cell(value: int | bool | str | None) -> str:
    from ..display import display_safe

    if value is None:
        return "–"
    return str(value).lower() if isinstance(value, bool) else display_safe(str(value)) or ""


def _prompt(door: Door, options: argparse.Namespace) -> ExitCode:
    """Asks what is typed until it ends; a question that fails ends nothing."""
    from ..release.door import DoorError

    if sys.stdin.isatty():
        import readline  # noqa: F401 - the arrow keys, and the lines typed before

        print(f"Release {door.folder.name}, read-only. .help says what can be typed.")
    failed = False
    for question in _questions():
        try:
            if not question.startswith("."):
                answers = door.ask(question, options.rows or SHOWN)
                print("\n\n".join(map(answer_text, answers)))
            elif (said := _command(door, question.split())) is not None:
                print(said)
            else:
                break
        except DoorError as error:
            failed = True
            print(f"totalplace: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            failed = True
            print("totalplace: The question was stopped.", file=sys.stderr)
    return ExitCode.REFUSED if failed and not sys.stdin.isatty() else ExitCode.DONE


def _questions() -> Iterator[str]:
    """What is typed: lines up to one that ends in a semicolon, or a line that begins with a dot."""
    lines: list[str] = []
    asked = "sql> " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(("...> " if lines else "sql> ") if asked else "")
        except KeyboardInterrupt:  # what was typed so far is dropped
            lines = []
            print()
            continue
        except EOFError:
            if text := "\n".join(lines).strip():
                yield text
            return
        if not lines and line.strip().startswith("."):
            yield line.strip()
            continue
        lines.append(line)
        if line.rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []


def _command(door: Door, words: Sequence[str]) -> str | None:
    """What a line that begins with a dot comes to; ``None`` to leave."""
    from ..display import table

    if words == [".tables"]:
        return answer_text(door.tables())
    if words[0] == ".describe" and len(words) == 2:
        return "\n".join(table(door.describe(words[1]).rows))  # type: ignore[arg-type]
    return None if words == [".quit"] else HELP
