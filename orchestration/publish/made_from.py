"""What a release was made from beside the submissions: contracts, place, lists, rules and code.

Each part has a digest of its own, so that two releases can be asked what is different between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..contracts.decisions import decisions
from ..hashing import sha256_of, sha256_text
from ..settings import CHECKOUT, Settings

PACKAGES = ("orchestration", "expectations")
# Of the dbt project: what decides a figure, and what only describes or tests it.
_MODELS, _SEEDS = ("models", "macros", "dbt_project.yml"), ("seeds",)


class MadeFrom(BaseModel):
    """Digests by part: ``contracts`` by partner's file, ``place``, ``references`` (postcodes,
    public bodies, outlines), ``rules`` (models and seeds of the dbt project) and ``code`` (ours).
    ``decisions`` are those of the review that count, by pattern: the body, and what its lines are
    for. Empty in a release made before they were recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contracts: dict[str, str] = {}
    place: str = ""
    references: str = ""
    rules: dict[str, str] = {}
    code: str = ""
    decisions: dict[str, str] = {}

    @classmethod
    def of(cls, settings: Settings) -> MadeFrom:
        """What a build would be made from now."""
        project = settings.dbt_project
        return cls(
            contracts={p.stem: sha256_of(p) for p in sorted(settings.partners.glob("*.yml"))},
            place=sha256_of(settings.place),
            references=sha256_text("".join(map(sha256_of, _references(settings)))),
            rules={
                "models": _digest(_below(project, _MODELS), project),
                "seeds": _digest(_below(project, _SEEDS), project),
            },
            decisions=_decided(settings.decisions),
            code=_digest((f for p in PACKAGES for f in files_below(CHECKOUT / p)), CHECKOUT),
        )


def _references(settings: Settings) -> Iterator[Path]:
    yield settings.postcodes
    yield settings.public_bodies
    if settings.outlines.is_file():
        yield settings.outlines


def _decided(file: Path) -> dict[str, str]:
    """Of each pattern the last decision, unless it takes the earlier ones back."""
    last = {d.pattern_id: d for d in decisions(file)}
    return {p: f"{d.body_id} {d.theme}" for p, d in last.items() if d.theme != "unclassified"}


def files_below(folder: Path) -> list[Path]:
    """The files of a folder of ours in order, without what is made in it."""
    made = {"target", "logs", "__pycache__"}
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not made.intersection(path.relative_to(folder).parts)
    ]


def _below(project: Path, names: Iterable[str]) -> list[Path]:
    chosen = [project / name for name in names]
    return [f for path in chosen for f in ([path] if path.is_file() else files_below(path))]


def _digest(files: Iterable[Path], root: Path) -> str:
    return sha256_text(
        "\n".join(f"{path.relative_to(root).as_posix()} {sha256_of(path)}" for path in files)
    )
