"""What every page has at hand: settings, people, contracts, signed cookies and links."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from ..contracts.load import Partners
from ..contracts.usable import load_usable
from ..intake.ledger.ledger import Ledger
from ..intake.ledger.receipt import Receipt
from ..settings import Settings
from .checks import Checks
from .mappings import Mappings
from .people import SESSION_HOURS, People
from .places import Places
from .room import Room

LINK_DAYS = 14
_T = TypeVar("_T")


@dataclass
class Desk:
    """One desk over one home. ``secure``: it stands behind a proxy that speaks https."""

    settings: Settings
    secure: bool = False
    today: Callable[[], date] = date.today
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    places: Places = field(init=False)
    people: People = field(init=False)
    # Files judged at the same moment: each takes a core.
    judging: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(2))
    # Seconds for which an upload waits for its checks, before it shows that they are under way.
    patience: float = 4.0
    checks: Checks = field(default_factory=Checks)

    def __post_init__(self) -> None:
        self.places = Places.of(self.settings)
        self._key = self.places.key()
        self.people = People(self.places.people, hasher=self.hasher)
        self._read: tuple[object, Partners] | None = None

    @property
    def most_bytes(self) -> int:
        """What one upload may hold."""
        return self.settings.desk_megabytes * 1_000_000

    def partners(self) -> Partners:
        """The contracts that can be used, read again when a file of them has changed."""
        state = _state_of(self.settings.partners, self.settings.place)
        read = self._read
        if read is None or read[0] != state:
            s = self.settings
            read = self._read = (state, load_usable(s.partners, s.place, s.contracts)[0])
        return read[1]

    def ask_ledger(self, question: Callable[[Ledger], _T]) -> _T:
        """An answer of the ledger, which is open for that long."""
        with closing(Ledger(self.settings.ledger)) as ledger:
            return question(ledger)

    def receipt(self, seq: int) -> Receipt | None:
        return self.ask_ledger(lambda ledger: ledger.receipt(seq))

    def room(self, session: str) -> Room:
        """Where the files of a session wait."""
        return Room(self.places.rooms, session)

    @property
    def mappings(self) -> Mappings:
        return Mappings(self.places.mappings)

    def signed(self, text: str, kind: str) -> str:
        """A value for a cookie; it cannot be made up, and it says when it was made."""
        return TimestampSigner(self._key, salt=kind).sign(text).decode()

    def unsigned(self, text: str, kind: str) -> str | None:
        """What ``signed`` was given, within the hours of a session."""
        try:
            signer = TimestampSigner(self._key, salt=kind)
            return signer.unsign(text, max_age=3600 * SESSION_HOURS).decode()
        except (BadData, UnicodeError):
            return None

    def token(self, session: str) -> str:
        """What every form of a session carries, and no other site can know."""
        return hmac.new(self._key, f"form {session}".encode(), hashlib.sha256).hexdigest()

    def is_token(self, session: str, text: str) -> bool:
        return hmac.compare_digest(self.token(session).encode(), text.encode())

    def link(self, seq: int, name: str) -> str:
        """The last part of a link by which a receipt can be read without signing in."""
        return self._links().dumps([seq, name])

    def of_link(self, text: str) -> Receipt | None:
        """The receipt of a link; ``None`` if it is older than 14 days, was made up, or whoever
        made it no longer sees that receipt."""
        try:
            seq, name = self._links().loads(text, max_age=86_400 * LINK_DAYS)
        except (BadData, ValueError, TypeError):
            return None
        person, receipt = self.people.named(name), self.receipt(seq)
        return receipt if person and receipt and person.sees(receipt.partner_id) else None

    def _links(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt="link")


def _state_of(partners: Path, place: Path) -> object:
    """What changes when a contract or the place does."""
    files = [place, *sorted(partners.glob("*.yml")), *sorted(place.parent.glob("outlines.csv"))]
    return [(str(f), s.st_mtime_ns, s.st_size) for f in files if f.exists() for s in [f.stat()]]
