"""Loads contracts from YAML; a mistake is reported with file, key, line and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from .base import Document
from .model import Partner

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
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read as YAML"
        raise _refused(path, mark.line + 1 if mark else 0, str(problem)) from None
    if not isinstance(data, dict) or root is None:
        raise _refused(path, 0, f"is not a mapping: expected {model.begins}")
    try:
        document = model.model_validate(data)
    except ValidationError as error:
        problems = []
        for e in error.errors():
            place = e["loc"] + getattr(e.get("ctx", {}).get("error"), "path", ())
            message = _plain(e["type"], e["msg"], model.called)
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


def _plain(kind: str, message: str, called: str) -> str:
    if kind == "extra_forbidden":
        return f"is not a key of {called} here; check the spelling"
    if kind == "missing":
        return "is missing"
    return message.removeprefix("Value error, ")


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
