"""What a body owes and when: the periods its contract asks for, as dates for people and calendars.

Which periods are asked for is said by ``contracts.tables.owed``; here they only become dates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ..contracts.model import Feed, Partner
from ..contracts.periods import Period, financial_year, in_year, of_year
from ..contracts.tables import owed

_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Due:
    """A file that a body owes: ``days`` until it is due, less than nought once it is late."""

    feed: str
    period: str
    due: date
    days: int

    @property
    def words(self) -> str:
        many = "1 day" if abs(self.days) == 1 else f"{abs(self.days):,} days"
        if self.days < 0:
            return f"Late by {many}"
        return "Due today" if self.days == 0 else f"Due in {many}"


def due_dates(partner: Partner, in_force: Collection[tuple[str, str]], today: date) -> list[Due]:
    """Every file that is asked for and not in force, up to a year from today, the earliest first.

    ``in_force`` are feeds and labels of periods.
    """
    found = []
    for item in owed({partner.id: partner}, _years(partner, today)):
        due = item.period.end + timedelta(days=partner.feeds[item.feed].due_days)
        wanted = item.asked_for and (item.feed, item.period.label) not in in_force
        if wanted and due <= today + _AHEAD:
            found.append(Due(item.feed, item.period.label, due, (due - today).days))
    return sorted(found, key=lambda d: (d.due, d.feed))


def _years(partner: Partner, today: date) -> set[str]:
    first = [f.expected_from for f in partner.feeds.values() if f.expected_from]
    return set(_years_between(min(first), today)) if first else set()


def _years_between(first: date, today: date) -> Iterator[str]:
    for year in range(max(first.year, 1990) - 1, today.year + 2):
        yield financial_year(date(year, 4, 1))


def choices(feed: Feed, today: date) -> list[Period]:
    """The periods a file of a feed can be of, as far as they have begun, the newest first."""
    starts = [layout.valid_from for layout in feed.layouts]
    first = min([*starts, *([feed.expected_from] if feed.expected_from else [])])
    found = {
        period
        for year in _years_between(first, today)
        for period in in_year(of_year(year), feed.cadence)
        if first <= period.end and period.start <= today
    }
    return sorted(found, reverse=True)


def calendar(partner: Partner, dates: Collection[Due], today: date) -> bytes:
    """The dates as an iCalendar file: a whole day for each, the same uid whenever it is made."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Total Place//Desk//EN")
    made.add("version", "2.0")
    stamp = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for one in dates:
        event = Event()
        event.add("uid", f"{partner.id}-{one.feed}-{one.period}@totalplace")
        event.add("dtstamp", stamp)
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("summary", f"{partner.short_name}: {one.feed} for {one.period} is due")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())
