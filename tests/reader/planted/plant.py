"""Plants faults of every kind in a file, mixed and seeded, and says exactly where they lie."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from string import ascii_uppercase

# Rows that cannot be aligned are listed up to a cap, marks out of place up to another.
RAGGED_MOST, MARKS_MOST = 9_000, 3_000

BAD_DATES = (
    *("31/02/2024", "29/02/2023", "00/04/2024", "32/04/2024", "01/13/2024", "02.04.2024"),
    *("02/04/0024", "2 April 2024", "tomorrow", "02/04/1889", "02/04/24", "02/04/2024 09:00"),
)
BAD_MONEY = (
    *("n/a", "£1.234.50", "1e3", "1_000", "12,34.00", "12.345", "(-5)", "$5.00", "€5"),
    *("one hundred", "--5", "0x10", "+5", "1 000.00", "nan", "1.00 CR", "5,00", "£", "5%"),
)
NOTHING = ("", " ", "\u00a0")
YEARS, SHORT_YEARS = ("2024-26", "2024-5"), ("24-25", "FY24", "2024")
SHARES = ("1.5", "140%", "-0.1", ".5", "half", "1/3")
FLAGS = ("maybe", "2", "ja", "Y/N")
CODES = ("Cashless", "cashable savings", "unknown", "?")
DATES = ("31/02/2024", "2024-13-01", "soon", "01/04/24")


def _kinds(column: int, spellings: tuple[str, ...], code: str) -> list[tuple[int, str, str]]:
    return [(column, spelling, code) for spelling in spellings]


def _lost(column: int, spellings: tuple[str, ...]) -> list[tuple[int, str, str]]:
    return [
        (column, spelling, "TP-371" if spelling in ("n/a", "unknown") else "TP-370")
        for spelling in spellings
    ]


# Faults that leave a row where it is.
ROW_STAYS = {"TP-141", "TP-370", "TP-371"}
# Cells at fault in a row that is aligned: column, spelling, rule.
CELL_KINDS = {
    "spend": [
        *_kinds(0, BAD_DATES, "TP-023"),
        *_kinds(0, NOTHING, "TP-022"),
        *_kinds(3, BAD_MONEY, "TP-021"),
        *_kinds(3, NOTHING, "TP-020"),
    ],
    "savings": [
        *_kinds(0, YEARS, "TP-028"),
        *_kinds(0, SHORT_YEARS, "TP-394"),
        *(
            kind
            for column in (0, 1, 2, 3, 4, 5, 6, 7, 12)
            for kind in _kinds(column, ("",), "TP-026")
        ),
        *_kinds(5, SHARES, "TP-028"),
        *_kinds(6, CODES, "TP-027"),
        *_kinds(7, FLAGS, "TP-028"),
        # Cells that a row may lack: they cost themselves. Some say that there is no value.
        *_lost(8, DATES),
        *_lost(9, BAD_MONEY),
        *_lost(10, BAD_MONEY),
        *_lost(11, CODES),
        *_kinds(12, CODES, "TP-027"),
    ],
}
# Faults of a whole row, and non-data rows.
ROW_KINDS = ("short by one", "short by two", "long", "unclosed first", "unclosed middle",
             "unclosed last", "stray mark", "text after a mark")  # fmt: skip
OTHER_ROWS = ("empty line", "empty cells", "spaces", "note", "heading", "total")
KINDS = sum(map(len, CELL_KINDS.values())) + len(ROW_KINDS)


@dataclass
class Planted:
    """The text, and what a judge must say of it."""

    text: str
    faults: list[tuple[None, int, str, str]] = field(default_factory=list)
    rows: int = 0
    aside: int = 0
    non_data: int = 0
    pence: int = 0
    reported: Counter[str] = field(default_factory=Counter)


def plant(feed: str, faults: int, seed: int) -> Planted:
    """A file of ``feed`` with ``faults`` planted faults among sound rows."""
    return _Plant(feed, random.Random(f"{feed}-{faults}-{seed}")).grow(faults)


class _Plant:
    def __init__(self, feed: str, dice: random.Random) -> None:
        self.feed, self.dice, self.planted = feed, dice, Planted("")
        self.line_end = dice.choice(["\n", "\r\n"])
        self.lines: list[str] = []
        self.above = 0
        self.ragged = self.marks = 0
        spend = ["Date", "Supplier", "Account", "Amount"]
        savings = ["Year", "Reference", "Initiative", "Programme", "Lead", "Share", "Class"]
        savings += ["Recurrent", "Starts", "Plan", "Actual", "Method", "Assurance"]
        self.headings = spend if feed == "spend" else savings

    def grow(self, faults: int) -> Planted:
        dice, planted = self.dice, self.planted
        for title in range(dice.randint(0, 4)):
            self.other([f"Payments {title}", "", f'"Printed, {title}"'][title % 3])
        self.other(",".join(self.headings))
        while len(planted.faults) < faults:
            if dice.random() < 0.3:
                self.sound()
            elif dice.random() < 0.05:
                self.other_row()
            elif dice.random() < 0.05:
                self.row_fault()
            else:
                self.cell_faults(faults - len(planted.faults))
        for _ in range(dice.randint(1, 5)):
            self.sound()
        planted.text = self.line_end.join(self.lines) + dice.choice(["", self.line_end])
        planted.rows = len(self.lines)
        return planted

    def cells(self) -> list[str]:
        """A sound row; its amount is counted when the row is added."""
        dice = self.dice
        amount = f"{dice.randint(0, 99_999)}.{dice.randint(0, 99):02d}"
        name = dice.choice(["Anytown Care Ltd", "Homes, Halls & Co", 'The "Old" Mill', "A\nB plc"])
        if self.feed == "spend":
            return [
                f"{dice.randint(1, 30):02d}/04/2024",
                name,
                dice.choice(["Care", "Café"]),
                amount,
            ]
        flag, share = dice.choice(["Yes", "n", "TRUE"]), dice.choice(["1", "0.25", "0.1"])
        fixed = ["2024-25", f"S{dice.randint(1, 99)}", name, "Front office", "Anytown", share]
        method, state = dice.choice(["agreed", "", "not_agreed"]), dice.choice(["final", "interim"])
        start = dice.choice(["", "01/04/2024", "2024-04-01"])
        return [
            *fixed,
            dice.choice(["Cashable", "avoided"]),
            flag,
            start,
            "5",
            amount,
            method,
            state,
        ]

    @property
    def money(self) -> int:
        return self.headings.index("Amount" if self.feed == "spend" else "Actual")

    def written(self, cells: list[str]) -> str:
        def one(cell: str) -> str:
            must = any(letter in cell for letter in ',"\n')
            return '"' + cell.replace('"', '""') + '"' if must or self.dice.random() < 0.1 else cell

        return ",".join(map(one, cells))

    def add(self, line: str, pence: int, *faults: tuple[str, str]) -> None:
        self.lines.append(line)
        self.above += pence
        row = len(self.lines)
        self.planted.faults += [(None, row, column, code) for column, code in faults]
        self.planted.reported.update(code for _, code in faults)
        if any(code not in ROW_STAYS for _, code in faults):
            self.planted.aside += 1
        else:
            self.planted.pence += pence

    def pence_of(self, cells: list[str]) -> int:
        text = cells[self.money].replace(".", "")
        return int(text) if text.isdigit() else 0

    def sound(self) -> None:
        cells = self.cells()
        self.add(self.written(cells), self.pence_of(cells))

    def other(self, line: str) -> None:
        self.lines.append(line)
        self.planted.non_data += 1

    def other_row(self) -> None:
        kind = self.dice.choice(OTHER_ROWS)
        self.ragged += kind == "note"
        if self.ragged > RAGGED_MOST:
            return
        width = len(self.headings)
        if kind == "total":
            cells = [""] * width
            cells[0], cells[self.money] = "Total", f"{self.above / 100:.2f}"
            self.other(",".join(cells))
        else:
            self.other(
                {
                    "empty line": "",
                    "empty cells": "," * (width - 1),
                    "spaces": " , \t" + "," * (width - 2),
                    "note": "Extract of the general ledger",
                    "heading": ",".join(self.headings),
                }[kind]
            )

    def cell_faults(self, most: int) -> None:
        kinds: dict[int, tuple[str, str]] = {}
        for column, spelling, code in self.dice.sample(
            CELL_KINDS[self.feed], self.dice.choice([1, 1, 2, 3])
        ):
            kinds.setdefault(column, (spelling, code))
        chosen = dict(list(kinds.items())[:most])
        # Without date and amount a row is a note, which is no fault.
        if self.feed == "spend" and {code for _, code in chosen.values()} == {"TP-020", "TP-022"}:
            del chosen[3]
        cells = self.cells()
        for column, (spelling, _) in chosen.items():
            cells[column] = spelling
        pence = 0 if self.money in chosen else self.pence_of(cells)
        faults = [(ascii_uppercase[column], code) for column, (_, code) in chosen.items()]
        self.add(self.written(cells), pence, *faults)

    def row_fault(self) -> None:
        kind = self.dice.choice(ROW_KINDS)
        cells = ["plain" if "\n" in c or '"' in c or "," in c else c for c in self.cells()]
        pence = self.pence_of(cells)
        if kind.startswith(("short", "long")):
            self.ragged += 1
            if self.ragged > RAGGED_MOST:
                return
            cut = {"short by one": -1, "short by two": -2}.get(kind)
            cells = cells[:cut] if cut else [*cells, "one too many"]
            pence = pence if self.money < len(cells) else 0
            self.add(",".join(cells), pence, ("", "TP-030"))
            return
        self.marks += 1
        if self.marks > MARKS_MOST:
            return
        at = {"unclosed first": 0, "unclosed last": len(cells) - 1}.get(kind, 1)
        if kind == "stray mark":
            cells[1] = 'Pipe 5" copper'
        elif kind == "text after a mark":
            cells[1] = '"Pipe" copper'
        else:
            cells[at] = '"' + (cells[at] or "x")
        fault = (chr(65 + at), "TP-140") if kind.startswith("unclosed") else ("", "TP-141")
        self.add(",".join(cells), 0 if at == self.money else pence, fault)
