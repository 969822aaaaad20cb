"""Loads contracts from YAML; a mistake is told with file, key, line and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from .model import Partner


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


def load_partner(path: Path) -> Partner:
    """The contract in ``path``; ``ContractError`` listing every mistake with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise ContractError([ContractProblem(path.name, 0, "", f"is not UTF-8: {error}")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or "cannot be read as YAML"
        raise ContractError([ContractProblem(path.name, line, "", str(problem))]) from None
    if not isinstance(data, dict) or root is None:
        raise ContractError(
            [ContractProblem(path.name, 0, "", "is not a mapping: expected id, name, feeds, …")]
        )
    try:
        partner = Partner.model_validate(data)
    except ValidationError as error:
        problems = []
        for e in error.errors():
            place = e["loc"] + getattr(e.get("ctx", {}).get("error"), "path", ())
            key = ".".join(str(part) for part in place)
            told = _plain(e["type"], e["msg"])
            problems.append(ContractProblem(path.name, _line_of(root, place), key, told))
        raise ContractError(problems) from None
    if partner.id != path.stem:
        raise ContractError(
            [
                ContractProblem(
                    path.name, _line_of(root, ("id",)), "id", f"expected {path.stem!r}, as the file"
                )
            ]
        )
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
    for partner in partners.values():
        for successor in partner.successors:
            if successor not in partners:
                problems.append(
                    ContractProblem(
                        f"{partner.id}.yml", 0, "successors", f"{successor!r} has no contract"
                    )
                )
    if problems:
        raise ContractError(problems)
    return partners


def _plain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is not a key of a contract here; check the spelling"
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
