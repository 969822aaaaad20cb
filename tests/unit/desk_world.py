"""A desk over a home of its own: two bodies, people of each role, browsers to ask it with."""

import dataclasses
import re
from datetime import date

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from orchestration.desk.app import application
from orchestration.desk.core import Desk
from orchestration.settings import CHECKOUT, Settings

PASSWORD = "a long password"
HEAD = "Date,Supplier,Account,Amount\n"
GOOD = HEAD + "02/04/2024,Anytown Care Ltd,Care,1234.50\n30/04/2024,Beta Ltd,Care,-7.00\n"
FAULTY = GOOD + "31/02/2024,Gamma Ltd,Care,5.00\n"
# Seven times as much as another month: the question of rule TP-041.
APRIL, MAY = "payments-april-2024.csv", "payments-may-2024.csv"
TODAY = date(2024, 6, 10)
# Passwords of tests are no secret: what makes guessing slow would make every test slow.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def contracts(folder):
    """The contract of the rule examples, for two bodies."""
    folder.mkdir(parents=True)
    text = (CHECKOUT / "tests/rules/contract.yml").read_text()
    (folder / "contract.yml").write_text(text)
    other = text.replace("id: contract", "id: other").replace("Anytown", "Otherton")
    (folder / "other.yml").write_text(other.replace("POOL-1", "POOL-2"))
    return folder


def desk_of(tmp_path, **changed):
    settings = dataclasses.replace(
        Settings.from_environment(tmp_path / "home"),
        partners=contracts(tmp_path / "contracts"),
        landing=tmp_path / "home/landing",
    )
    settings = dataclasses.replace(settings, **changed)
    # A busy machine makes a check slow, and no test rests on how long one takes.
    desk = Desk(settings, today=lambda: TODAY, hasher=QUICK, patience=60)
    for name, partner, role in (
        ("Sam Steward", "contract", "steward"),
        ("Cleo Certifier", "contract", "certifier"),
        ("Ann Analyst", "contract", "analyst"),
        ("Olga Other", "other", "steward"),
        ("Ole Officer", None, "officer"),
    ):
        desk.people.add(name, partner, role, PASSWORD)
    return desk


class Browser:
    """One browser at the desk: it keeps cookies, and sends the token of the page it last saw."""

    def __init__(self, desk, base="http://127.0.0.1:8100"):
        self.client = TestClient(application(desk), base_url=base, follow_redirects=False)
        self.token = ""

    def get(self, path, **options):
        return self._seen(self.client.get(path, **options))

    def post(self, path, data=(), **options):
        answer = self.client.post(path, data={"token": self.token} | dict(data), **options)
        return self._seen(answer)

    def _seen(self, answer):
        found = re.findall(r'name="token" value="([0-9a-f]+)"', answer.text)
        self.token = found[0] if found else self.token
        return answer

    def signed_in(self, name, password=PASSWORD):
        self.get("/sign-in")
        answer = self.post("/sign-in", {"name": name, "password": password})
        assert answer.status_code == 303, answer.text
        self.get(self.get("/").headers.get("location", "/"))
        return self

    def check(self, *files, period="", feed="spend", body="contract"):
        """Uploads files, each a name and a text or bytes; the answer to the form."""
        sent = [("files", (name, content)) for name, content in files]
        return self.post(f"/bodies/{body}/send/{feed}", {"period": period}, files=sent)

    def submit(self, *files, reason="", **options):
        """Checks a file and submits it; the address of its receipt."""
        checked = self.check(*files, **options)
        assert checked.status_code == 303, checked.text
        answer = self.post(checked.headers["location"] + "/submit", {"reason": reason})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].partition("?")[0]


def words(answer):
    """What a person reads of a page, in one line."""
    text = re.sub(r"(?s)<(style|head)\b.*?</\1>|<[^>]+>", " ", answer.text)
    return " ".join(text.split())
