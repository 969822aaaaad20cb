"""No file of any feed ends in a traceback: nasty cells, totals, marks and widths, in every feed."""

import os
import random
import time

import pytest

from orchestration.contracts.load import load_partners
from orchestration.intake.judge.judge import JudgeRequest, judge
from orchestration.settings import CHECKOUT

CONTRACTS = load_partners(CHECKOUT / "data/partners")
FEEDS = {feed: partner for partner in CONTRACTS.values() for feed in partner.feeds}
CELLS = (
    *("", " ", "-", "*", "<5", "[c]", "..", "n/a", "TBC", "p", "r", "0", "-0", "1", "7.5", "37:30"),
    *("2104.0", "2,104", "1e5", "£1,234.50", "(12.00)", "25%", "£'000", "nan", "inf", "#REF!"),
    *("9" * 40, "-" + "9" * 19, "0." + "0" * 30 + "1", "31/02/2011", "1900-01-00", "2011-04-01"),
    *(
        "01/04/2011",
        "2011-12",
        "2011/12",
        "Nov-10",
        "Yes",
        "no",
        "Total",
        "Grand total",
        "Sub-total",
    ),
    *("LE1 1AA", "LE1O 2NL", "279; 353", "279;;x", "=1+1", "'; DROP TABLE kept; --", "{name}"),
    *("\u202eabc", "é" * 50, '"', "a\nb", "Face to face", "In treatment", "All", "Budget"),
)


def file_text(dice, feed):
    """A file in the layout of a feed: most cells plausible by chance only."""
    layout = dice.choice(FEEDS[feed].feeds[feed].layouts)
    heads = [column.heading for column in layout.columns.values()]
    if dice.random() < 0.2:
        dice.shuffle(heads)
    rows = [heads]
    if dice.random() < 0.2:
        rows.insert(0, [dice.choice(["All figures in £'000", "Return for 2011-12", ""])])
    for _ in range(dice.randint(0, 30)):
        width = len(heads) + (dice.choice([-2, -1, 1, 3]) if dice.random() < 0.1 else 0)
        rows.append([dice.choice(CELLS) for _ in range(max(1, width))])
    if dice.random() < 0.3 and len(rows) > 1:
        rows += rows[1:]
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    return "\n".join(",".join(row) for row in quoted) + "\n"


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_any_file_of_a_feed_is_judged_and_every_row_accounted_for(feed, tmp_path):
    seed = int(os.environ.get("TOTALPLACE_FUZZ_SEED", "1"))
    dice = random.Random(f"{feed} {seed}")
    until = time.monotonic() + float(os.environ.get("TOTALPLACE_FUZZ_SECONDS", "0"))
    number = 0
    while number < 12 or time.monotonic() < until:
        number += 1
        path = tmp_path / f"{feed}-2011-12-{number}.csv"
        path.write_text(file_text(dice, feed), encoding="utf-8")
        agreed = FEEDS[feed].feeds[feed]
        lines = tmp_path / f"{number}.parquet"
        result = judge(JudgeRequest(path, path.name, feed, agreed, lines=lines))
        accounted = result.rows_accepted + result.rows_set_aside + result.rows_non_data
        assert result.rows_in == accounted, path.read_text()
        for found in result.findings:
            assert found.message
            list(found.cells[:5])
        path.unlink()
        lines.unlink(missing_ok=True)
