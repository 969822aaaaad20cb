"""Loads contracts from YAML; a mistake is reported with file, key, line and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from .base import Document
from .model import Partner

Way = tuple[int | str, ...]
D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class ContractProblem:
    """One mistake in one contract file. ``line`` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ContractError(ValueError):
    """One or more contracts cannot be used; ``problems`` lists every mistake found."""

    def __init__(self, problems: list[ContractProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


@dataclass(frozen=True)
class LeftOut:
    """A contract that cannot be used, and its mistakes. Where an earlier one could be used, that
    one stands in for what is in force; else ``missing`` is who is missing from every figure."""

    problems: list[ContractProblem]
    missing: Partner | None

    def __str__(self) -> str:
        if self.missing:
            until = "nothing of this partner counts until it can; it is missing from every figure"
        else:
            until = "what is in force stays, as the contract was before, and nothing new is taken"
        return f"its contract cannot be used: {'; '.join(map(str, self.problems))}. So {until}"


class Partners(dict[str, Partner]):
    """Contracts by partner id. ``left_out`` are the partners, by id, whose contract cannot be used
    now: from them nothing is received. ``read_from`` has a digest of each file, that of the place
    too, as it was just before it was read."""

    def __init__(
        self,
        found: Mapping[str, Partner] | None = None,
        left: Mapping[str, LeftOut] | None = None,
        read_from: Mapping[Path, str] | None = None,
    ) -> None:
        super().__init__(found or {})
        self.left_out = dict(left or {})
        self.read_from = dict(read_from or {})


def left_out(partners: Mapping[str, Partner]) -> Mapping[str, LeftOut]:
    """The partners of whom nothing is received, and why."""
    return partners.left_out if isinstance(partners, Partners) else {}


def with_missing(partners: Mapping[str, Partner]) -> dict[str, Partner]:
    """The partners, and those who are missing because their contract cannot be used."""
    left = left_out(partners).values()
    return {**partners, **{p.id: p for one in left if (p := one.missing)}}


def load_document(path: Path, model: type[D]) -> D:
    """The file at ``path`` as a ``model``; ``ContractError`` with every mistake and its line."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except OSError as error:
        raise _refused(path, 0, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _refused(path, 0, f"is not UTF-8: {error}") from None
    except (ValueError, OverflowError, RecursionError) as error:  # a day that is none, for one
        raise _refused(path, 0, f"holds a value that cannot be read: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "what stands there is none"
        said = f"{problem}: the file can be read as YAML up to here; look at the line above too"
        raise _refused(path, mark.line + 1 if mark else 0, said) from None
    if not isinstance(data, dict) or root is None:
        raise _refused(path, 0, f"is not a mapping: expected {model.begins}")
    if twice := list(_twice(path, root, ())):
        raise ContractError(twice)
    try:
        document = model.model_validate(data)
    except ValidationError as error:
        problems = []
        for e in error.errors():
            place = e["loc"] + getattr(e.get("ctx", {}).get("error"), "path", ())
            message = _plain(e["type"], e["msg"], model.called, e["loc"], e["input"])
            problems.append(_problem(path, root, place, message))
        raise ContractError(problems) from None
    document._file = path
    return document


def mistake(
    document: Document, name: str, path: tuple[int | str, ...], message: str
) -> ContractProblem:
    """A mistake at ``path`` of a document that loaded; ``name`` stands for one without a file."""
    if document.file is None:
        return ContractProblem(name, 0, ".".join(str(p) for p in path), message)
    text = document.file.read_text(encoding="utf-8")
    return _problem(document.file, yaml.compose(text, Loader=yaml.CSafeLoader), path, message)


def load_partner(path: Path) -> Partner:
    """The contract in ``path``; ``ContractError`` listing every mistake with its line."""
    partner = load_document(path, Partner)
    if partner.id != path.stem:
        message = f"expected {path.stem!r}, as the file"
        raise ContractError([mistake(partner, path.name, ("id",), message)])
    return partner


def load_partners(folder: Path) -> dict[str, Partner]:
    """Every contract of a folder by partner id, in id order; all mistakes of all files at once."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ContractError([ContractProblem(str(folder), 0, "", "holds no contract (*.yml)")])
    partners: dict[str, Partner] = {}
    problems: list[ContractProblem] = []
    for path in files:
        try:
            partner = load_partner(path)
            partners[partner.id] = partner
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(problems)
    return partners


def _refused(path: Path, line: int, message: str) -> ContractError:
    return ContractError([ContractProblem(path.name, line, "", message)])


def _problem(
    path: Path, root: yaml.Node | None, place: tuple[int | str, ...], message: str
) -> ContractProblem:
    line = _line_of(root, place) if root else 0
    return ContractProblem(path.name, line, ".".join(str(part) for part in place), message)


def _twice(path: Path, node: yaml.Node, place: Way) -> Iterator[ContractProblem]:
    """Keys that stand twice in one mapping: YAML would take the last and say nothing."""
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            yield from _twice(path, child, (*place, number))
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for key, child in node.value:
        line, way = key.start_mark.line + 1, (*place, str(key.value))
        before = first.setdefault(str(key.value), line)
        if before != line and key.value != "<<":
            name = ".".join(map(str, way))
            yield ContractProblem(path.name, line, name, f"is there already, in line {before}")
        yield from _twice(path, child, way)


def _plain(kind: str, message: str, called: str, place: Way, found: object) -> str:
    if kind == "extra_forbidden":
        return f"is not a key of {called} here; check the spelling"
    day = "expected a day, such as 2024-04-01"
    if kind == "missing":
        dated = place and place[-1] in ("valid_from", "valid_to")
        return f"is missing: {day}" if dated else "is missing"
    if kind.startswith("date_"):
        return f"{day}, and found {str(found)[:40]!r}"
    if kind == "string_too_short" and not found:
        return "is empty"
    if kind in ("model_type", "dict_type"):
        # What a person writes who does not know that more may be said here than one word.
        begins = "heading: …" if "columns" in place else "key: value"
        return f"expected keys of its own ({{{begins}}}), and found {str(found)[:40]!r}"
    expected = message.replace("Input should be", "expected", 1)
    if expected == message or isinstance(found, dict | list):
        return expected.removeprefix("Value error, ")
    return f"{expected}, and found {str(found)[:40]!r}"


def _line_of(root: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of the deepest part of ``path`` that the file has."""
    node, line = root, root.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
