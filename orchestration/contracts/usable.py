"""The contracts that can be used: one that cannot harms its own partner and no other.

A run keeps the text of every contract it used. Where a contract cannot be used any more, the kept
one stands in for what is in force; nothing new is received under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..hashing import sha256_of
from ..settings import OUTLINES
from .cross_checks import check_together
from .load import ContractError, ContractProblem, LeftOut, Partners, load_partner
from .missing import missing_partner
from .model import Partner
from .outlines import load_outlines
from .place import Place, load_place


def load_usable(folder: Path, place: Path, kept: Path | None = None) -> tuple[Partners, Place]:
    """Every contract of a folder that can be used, by itself and with the place and the others.

    ``kept`` is where ``keep_contracts`` put those of the last run. ``ContractError`` if the place
    or its outlines cannot be used, which are everybody's, or if no contract is left.
    """
    read_from = digests(folder, place)
    shared = load_place(place)
    load_outlines(place.with_name(OUTLINES))
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ContractError([ContractProblem(str(folder), 0, "", "holds no contract (*.yml)")])
    ids = frozenset(file.stem for file in files)
    check_together(shared, {}, ids)
    found, broken = _by_themselves(files)
    together, apart = _together(shared, found, ids, kept)
    broken |= apart
    left = {}
    for partner_id, problems in broken.items():
        earlier = _earlier(kept, partner_id, shared, together, ids)
        if earlier:
            together[partner_id] = earlier
        missing = None if earlier else missing_partner(folder / f"{partner_id}.yml")
        left[partner_id] = LeftOut(problems, missing)
    if not together:
        raise ContractError([problem for problems in broken.values() for problem in problems])
    usable = {i: together[i] for i in sorted(together)}
    return Partners(usable, dict(sorted(left.items())), read_from), shared


def digests(folder: Path, place: Path) -> dict[Path, str]:
    """The SHA-256 of every contract of a folder, of the place and of its outlines, by file."""
    files = [*sorted(folder.glob("*.yml")), place, place.with_name(OUTLINES)]
    return {file: sha256_of(file) for file in files if file.is_file()}


def edited_since(partners: Mapping[str, Partner], folder: Path, place: Path) -> list[str]:
    """The names of files that are not, or no more, as these partners were read from them."""
    if not isinstance(partners, Partners):
        return []
    before, now = partners.read_from, digests(folder, place)
    files = before.keys() | now.keys()
    return sorted(file.name for file in files if before.get(file) != now.get(file))


def contradictions(partner: Partner, folder: Path, place: Path, kept: Path | None) -> list[str]:
    """What in the place or in another contract of a folder contradicts this one."""
    try:
        others, shared = load_usable(folder, place, kept)
    except ContractError:
        return []
    try:
        check_together(shared, {**others, partner.id: partner}, frozenset(others.left_out))
    except ContractError as error:
        return [str(problem) for problem in error.problems]
    return []


def everybody_named(folder: Path, kept: Path | None) -> dict[str, Partner]:
    """Every partner, to know names by: where a contract cannot be used, by the one before, or by
    what can be read of it. What contradicts itself over several contracts is not looked for."""
    found, broken = _by_themselves(sorted(folder.glob("*.yml")))
    for partner_id in broken:
        found[partner_id] = _before(kept, partner_id) or missing_partner(
            folder / f"{partner_id}.yml"
        )
    return dict(found)


def _before(kept: Path | None, partner_id: str) -> Partner | None:
    if kept is None:
        return None
    try:
        return load_partner(kept / f"{partner_id}.yml")
    except ContractError:
        return None


def keep_contracts(partners: Partners, folder: Path) -> None:
    """Keeps the text of every contract that could be used, for when it cannot be any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for partner_id, partner in partners.items():
        if partner_id not in partners.left_out and partner.file:
            text, kept = partner.file.read_bytes(), folder / partner.file.name
            if _bytes(kept) != text:
                new = folder / f".{partner_id}.new"
                new.write_bytes(text)
                new.replace(kept)


def _by_themselves(files: list[Path]) -> tuple[Partners, dict[str, list[ContractProblem]]]:
    found, broken = Partners(), {}
    for file in files:
        try:
            found[file.stem] = load_partner(file)
        except ContractError as error:
            broken[file.stem] = error.problems
    return found, broken


def _together(
    place: Place, found: Mapping[str, Partner], ids: frozenset[str], kept: Path | None
) -> tuple[dict[str, Partner], dict[str, list[ContractProblem]]]:
    """Those that contradict neither the place nor each other, and the mistakes of the rest.

    Of two that contradict each other the one that has changed is at fault.
    """
    try:
        check_together(place, found, ids)
        return dict(found), {}
    except ContractError:
        pass
    together: dict[str, Partner] = {}
    apart: dict[str, list[ContractProblem]] = {}
    for partner_id, partner in sorted(found.items(), key=lambda t: (_changed(t[1], kept), t[0])):
        try:
            check_together(place, {**together, partner_id: partner}, ids)
            together[partner_id] = partner
        except ContractError as error:
            apart[partner_id] = error.problems
    return together, apart


def _changed(partner: Partner, kept: Path | None) -> bool:
    before = _bytes(kept / f"{partner.id}.yml") if kept else None
    return before is None or partner.file is None or partner.file.read_bytes() != before


def _earlier(
    kept: Path | None,
    partner_id: str,
    place: Place,
    others: Mapping[str, Partner],
    ids: frozenset[str],
) -> Partner | None:
    """The contract of the last run that could use one, if it still goes with the rest."""
    if kept is None:
        return None
    try:
        partner = load_partner(kept / f"{partner_id}.yml")
        check_together(place, {**others, partner_id: partner}, ids)
    except ContractError:
        return None
    return partner


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
