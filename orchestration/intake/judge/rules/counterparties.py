"""Whether the bodies and pools that a funding return names are known, before any of it counts.

Who is meant by a name is decided in ``contracts.bodies``; here it is asked for the rows of a file,
and every row that names nobody we know becomes a fault with its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ....contracts.bodies import Bodies, all_bodies
from ....contracts.feeds import FEEDS
from ....contracts.model import Partner
from ....contracts.place import Place, load_place
from ....contracts.register import load_register
from ....contracts.usable import everybody_named
from ....settings import Settings
from ..batch import ACCEPTED, Batch
from ..planned import Same
from ..suggest import nearest

UNKNOWN_BODY, UNKNOWN_POOL, NOT_OWN = "TP-320", "TP-321", "TP-322"
FOREIGN = (UNKNOWN_BODY, UNKNOWN_POOL, NOT_OWN)
# Public bodies' names are long and much alike: nearer than a code must be.
_NEAR, _LONGEST = 0.85, 120
_NAMES = "SELECT unnest(CAST(? AS VARCHAR[]))"
_PAIRS = f"{_NAMES}, unnest(CAST(? AS VARCHAR[]))"


@dataclass(frozen=True)
class Counterparties:
    """Whom a partner's return may name: every public body we know, and the pools they host."""

    bodies: Bodies
    pools: Mapping[str, str]
    sender: str

    def flag_unknown(self, batch: Batch) -> None:
        """Adds the accepted rows of ``batch`` that name an unknown body or pool to its faults.

        A pool's host may pay anyone out of it, so that its drawings may name any payee.
        """
        year = f"v_{batch.schema.year_field}"
        named = batch.planned.rows(
            f"SELECT DISTINCT {year}, unnest([v_payer, v_payee]) AS name, "
            f"coalesce(v_flow = 'own_resources', false) FROM judged WHERE {ACCEPTED}"
        )
        strange = {n for n in {n for _, n, _ in named} if self.bodies.resolve(n) is None}
        own = [(y, n) for y, n, _ in named if n not in strange and self._is_sender(n, y)]
        unknown = list(strange)
        mine = ([y for y, _ in own], [n for _, n in own])

        if unknown:
            drawing = f"v_pool_id IS NOT NULL AND ({year}, v_payer) IN ({_PAIRS})"
            batch.add_faults(UNKNOWN_BODY, "payer", f"v_payer IN ({_NAMES})", [unknown])
            condition = f"v_payee IN ({_NAMES}) AND NOT ({drawing})"
            batch.add_faults(UNKNOWN_BODY, "payee", condition, [unknown, *mine])
        self._flag_pools(batch)
        if any(out_of_own and n not in strange and (y, n) not in own for y, n, out_of_own in named):
            for name in ("payer", "payee"):
                other = f"({year}, v_{name}) NOT IN ({_PAIRS}) AND v_{name} NOT IN ({_NAMES})"
                condition = f"v_flow = 'own_resources' AND {other}"
                batch.add_faults(NOT_OWN, name, condition, [*mine, unknown])

    def _flag_pools(self, batch: Batch) -> None:
        """Rows of pools that nobody hosts."""
        pools = batch.planned.rows(f"SELECT DISTINCT v_pool_id FROM judged WHERE {ACCEPTED}")
        if not {pool for (pool,) in pools} <= {None, *self.pools}:
            hosted = f"v_pool_id IS NOT NULL AND v_pool_id NOT IN ({_NAMES})"
            batch.add_faults(UNKNOWN_POOL, "pool_id", hosted, [list(self.pools)])

    def offered(self, code: str, texts: Iterable[str | None]) -> list[str | None]:
        """For each faulty value the one known name that is clearly near, or ``None``."""
        known = self.pools
        if code == UNKNOWN_BODY:
            known = {name: self.bodies.resolve(name) or "" for name in self.bodies.names}
        elif code == NOT_OWN:
            known = {}
        return [nearest(t, known, _NEAR) if t and len(t) <= _LONGEST else None for t in texts]

    def _is_sender(self, name: str, year: str | None) -> bool:
        """Whether a name means the sending body, by itself or as its successor in that year, where
        that is known."""
        if year is None:
            return self.sender == self.bodies.resolve(name)
        begins = date(int(year[:4]), 4, 1)
        return self.sender in (self.bodies.resolve(name), self.bodies.resolve(name, begins))


def counterparties(
    settings: Settings, partners: Mapping[str, Partner], partner_id: str, feed: str
) -> Counterparties | None:
    """Whom the partner's return may name; ``None`` for a feed that names no two bodies.

    ``partners`` are those in hand, who may be but one: the others' contracts are looked up.
    """
    if not {"payer", "payee", "pool_id"} <= set(FEEDS[feed].names):
        return None
    files = (settings.place, *sorted(settings.partners.glob("*.yml")))
    stamps = tuple((f, f.stat().st_mtime_ns) for f in files if f.exists())
    kept = settings.contracts if settings.contracts.exists() else None
    listed, place = _listed(settings.partners, settings.place, kept, stamps)
    everybody = {**listed, **partners}
    register = load_register(settings.public_bodies)
    bodies = _bodies(Same(place, register, *everybody.values()))
    pools = {pool.id: p.id for p in everybody.values() for pool in p.pools}
    return Counterparties(bodies, pools, partner_id)


@lru_cache(maxsize=2)
def _bodies(known: Same) -> Bodies:
    """Everybody whom place, register and contracts know; made once for all returns of a run."""
    place, register, *partners = known.objects
    return Bodies(all_bodies(place, {p.id: p for p in partners}, register))


@lru_cache(maxsize=2)
def _listed(
    partners: Path, place: Path, kept: Path | None, stamps: tuple[tuple[Path, int], ...]
) -> tuple[dict[str, Partner], Place]:
    """Contracts and place, read again only when one of their files has changed."""
    return everybody_named(partners, kept), load_place(place)
