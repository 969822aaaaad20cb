"""A channel by another name is offered its agreed word; what is no channel is offered nothing."""

import pytest

from orchestration.contracts.feeds import FEEDS
from orchestration.contracts.load import load_partner
from orchestration.intake.judge.suggest import proposal
from orchestration.settings import CHECKOUT

COUNTY = load_partner(CHECKOUT / "data/partners/leicestershire_county_council.yml")
FIELD = FEEDS["contacts"].field("channel")
COLUMN = COUNTY.feeds["contacts"].layouts[-1].columns["channel"]


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("Voice in", "Telephone"),
        ("Phone", "Telephone"),
        ("Web chat", "Web"),
        ("WebChat", "Web"),
        ("Social media", "Web"),
        ("In person", "Face to face"),
        ("Letters", "Post"),
        ("E-mial", "E-mail"),
        ("Carrier pigeon", None),
    ],
)
def test_a_channel_by_another_name(written, offered):
    assert proposal(FIELD, COLUMN, written) == offered
