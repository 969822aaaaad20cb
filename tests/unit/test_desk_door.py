"""The desk's door: who may come in, what is another body's, forms from elsewhere, the logs."""

import json
import re
import sqlite3
import stat

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.routing import Route

from orchestration.cli.main import main
from orchestration.contracts.usable import keep_contracts
from orchestration.desk.admit import local
from orchestration.desk.app import application, routes
from orchestration.desk.core import Desk
from orchestration.desk.pages import send
from orchestration.desk.people import People, PersonError, TooOftenError
from orchestration.desk.room import Room, sweep
from orchestration.intake import submit as submitting

from .desk_world import APRIL, FAULTY, GOOD, PASSWORD, QUICK, Browser, desk_of, words

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path):
    return desk_of(tmp_path)


@pytest.fixture
def sam(desk):
    return Browser(desk).signed_in("Sam Steward")


@pytest.fixture
def filled(desk, sam):
    """Sam has submitted one file and checked another: what every address of the desk can name."""
    receipt = sam.submit((APRIL, FAULTY)).rpartition("/")[2]
    kept = sam.check(("again-april-2024.csv", GOOD)).headers["location"].rpartition("/")[2]
    return {
        "partner": "contract", "feed": "spend", "receipt": receipt, "kept": kept, "draft": kept,
        "mapping": kept, "link": desk.link(1, "Sam Steward"),
    }  # fmt: skip


FILES = {"templates": "guide.md", "checked": "findings.csv", "receipts": "findings.csv"}


def addresses(desk):
    """Every address with the method it takes."""
    found = [(route.path, method) for route in routes(desk) for method in route.methods - {"HEAD"}]
    assert len(found) > 20
    return [(path, method) for path, method in found if not path.startswith("/static/")]


def filled_in(path, values):
    """An address with what it names."""
    room = path.split("/")[1]
    named = values | {"name": FILES.get("templates" if "/templates/" in path else room, "")}
    return re.sub(r"\{(\w+)\}", lambda m: named[m[1]], path)


def test_every_address_that_names_a_body_is_404_to_another_ones_steward(desk, filled):
    olga = Browser(desk).signed_in("Olga Other")
    asked = 0
    for path, method in addresses(desk):
        if not {"{partner}", "{receipt}", "{kept}"} & set(re.findall(r"\{\w+\}", path)):
            continue
        answer = getattr(olga, method.lower())(filled_in(path, filled))
        assert answer.status_code == 404, (method, path)
        assert "Anytown" not in answer.text
        assert APRIL not in answer.text
        asked += 1
    assert asked >= 16


def test_a_file_that_waits_is_its_own_sessions_alone(desk, filled):
    colleague = Browser(desk).signed_in("Sam Steward")
    assert colleague.get(f"/checked/{filled['kept']}").status_code == 404


def test_every_address_but_three_asks_to_sign_in(desk, filled):
    stranger = Browser(desk)
    free = set()
    for path, method in addresses(desk):
        answer = getattr(stranger, method.lower())(filled_in(path, filled))
        if answer.headers.get("location", "").startswith("/sign-in?next="):
            continue
        free.add((method, path))
    assert free == {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/shared/{link}")}


def test_every_form_without_its_token_is_refused(desk, sam, filled):
    cleo = Browser(desk).signed_in("Cleo Certifier")
    for path, method in addresses(desk):
        if method == "POST":
            for token in ("", "0" * 64, cleo.token):
                answer = sam.client.post(filled_in(path, filled), data={"token": token})
                assert answer.status_code == 403, path
    assert [r.status for r in desk.ask_ledger(lambda ledger: ledger.receipts())] == ["in_force"]


def test_a_form_sent_from_another_site_is_refused_whatever_it_carries(sam, filled):
    elsewhere = {"sec-fetch-site": "cross-site"}
    answer = sam.post("/receipts/R-000001/withdraw", {"why": "x"}, headers=elsewhere)
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["Ann Analyst", "Cleo Certifier", "Ole Officer"])
def test_who_only_reads_changes_nothing(desk, sam, filled, name):
    reader = Browser(desk).signed_in(name)
    assert reader.get("/receipts/R-000001").status_code == 200
    assert reader.get("/bodies/contract").status_code == 200
    assert "Send spend" not in words(reader.get("/bodies/contract"))
    for path in ("/receipts/R-000001/explain", "/receipts/R-000001/withdraw"):
        assert reader.post(path, {"reason": "x", "why": "x"}).status_code == 403
    assert reader.get("/bodies/contract/send/spend").status_code == 403
    assert reader.check((APRIL, GOOD)).status_code == 403


def test_an_officer_sees_every_body(desk, filled):
    ole = Browser(desk).signed_in("Ole Officer")
    page = words(ole.get("/"))
    assert "Anytown Council" in page
    assert "Otherton Council" in page
    assert ole.get("/bodies/other").status_code == 200


def test_every_answer_has_the_headers_that_forbid_scripts_frames_and_keeping(desk, sam, filled):
    for path in ("/", "/bodies/contract", "/receipts/R-000001", "/nothing", "/sign-in"):
        headers = sam.get(path).headers
        assert headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
            "frame-ancestors 'none'"
        )
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_no_page_has_a_script_or_a_style_of_its_own(desk, sam, filled):
    for path in ("/", "/bodies/contract", "/receipts/R-000001", f"/checked/{filled['kept']}"):
        page = sam.get(path).text
        assert "<script" not in page
        assert "style=" not in page
        assert "<style" not in page


def test_a_session_cookie_cannot_be_read_by_scripts_or_other_sites(desk):
    browser = Browser(desk)
    browser.get("/sign-in")
    answer = browser.post("/sign-in", {"name": "Sam Steward", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("desk=")
    assert {"httponly", "samesite=strict", "path=/", "max-age=28800"} <= set(cookie.split("; "))
    assert "secure" not in cookie


def test_behind_a_proxy_cookies_are_secure_and_http_is_refused(tmp_path):
    desk = desk_of(tmp_path)
    desk.secure = True
    safe = Browser(desk, base="https://desk.example")
    safe.get("/sign-in")
    answer = safe.post("/sign-in", {"name": "Sam Steward", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-desk=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]
    bare = Browser(desk, base="http://desk.example").get("/sign-in")
    assert (bare.status_code, bare.text) == (403, "Open the desk by its https address.")


def test_another_host_name_is_refused_on_this_machine_alone(desk):
    assert Browser(desk, base="http://evil.example").get("/sign-in").status_code == 400


def test_signing_out_ends_the_session_and_removes_what_waited(desk, sam, filled):
    cookies = dict(sam.client.cookies)
    sam.get("/bodies/contract")
    assert sam.post("/sign-out").headers["location"] == "/sign-in"
    assert not list(desk.places.rooms.rglob("*.csv"))
    stolen = Browser(desk)
    stolen.client.cookies.update(cookies)
    assert stolen.get("/bodies/contract").headers["location"].startswith("/sign-in")


def test_a_made_up_cookie_is_nobodys(desk, sam):
    browser = Browser(desk)
    for value in ("x", "x.y.z", sam.client.cookies["desk"][:-2]):
        browser.client.cookies.set("desk", value)
        assert browser.get("/bodies/contract").status_code == 303


def test_who_is_removed_is_out_at_once(desk, sam):
    desk.people.remove("Sam Steward")
    assert sam.get("/bodies/contract").status_code == 303


def test_a_wrong_password_is_said_and_the_name_stays_in_the_form(desk):
    browser = Browser(desk)
    browser.get("/sign-in")
    for name in ("Sam Steward", "Nobody"):
        answer = browser.post("/sign-in", {"name": name, "password": "wrong"})
        assert answer.status_code == 401
        assert "The name or the password is wrong. Enter both again." in words(answer)
        assert f'value="{name}"' in answer.text
        assert "Error: Sign in" in answer.text


def test_after_five_wrong_tries_there_is_a_wait(desk):
    browser = Browser(desk)
    browser.get("/sign-in")
    for _ in range(5):
        assert browser.post("/sign-in", {"name": "Sam Steward", "password": "x"}).status_code == 401
    answer = browser.post("/sign-in", {"name": "sam  steward", "password": PASSWORD})
    assert answer.status_code == 429
    assert re.search("Wait 1[45] minutes, then try again", words(answer))


def test_tries_are_counted_by_address_too_and_forgotten_in_time(tmp_path):
    now = [1000.0]
    people = People(tmp_path / "desk.sqlite", lambda: now[0], QUICK)
    for number in range(20):
        assert people.sign_in(f"name {number}", "wrong", "10.0.0.1") is None
    with pytest.raises(TooOftenError) as error:
        people.sign_in("another", "wrong", "10.0.0.1")
    assert error.value.minutes == 15
    assert people.sign_in("another", "wrong", "10.0.0.2") is None
    now[0] += 15 * 60
    assert people.sign_in("another", "wrong", "10.0.0.1") is None


def test_a_session_ends_after_eight_hours(tmp_path):
    now = [0.0]
    people = People(tmp_path / "desk.sqlite", lambda: now[0], QUICK)
    people.add("Sam", "contract", "steward", PASSWORD)
    _, session = people.sign_in("SAM", PASSWORD, "10.0.0.1")
    now[0] = 8 * 3600 - 1
    assert people.of_session(session).name == "Sam"
    now[0] += 1
    assert people.of_session(session) is None


@pytest.mark.parametrize(
    ("name", "partner", "role", "password", "why"),
    [
        ("", "contract", "steward", PASSWORD, "1 to 60 characters"),
        ("x" * 61, "contract", "steward", PASSWORD, "1 to 60 characters"),
        ("a\u202eb", "contract", "steward", PASSWORD, "can be seen"),
        ("Sam", "contract", "steward", "short", "12 to 1,000 characters"),
        ("Sam", None, "steward", PASSWORD, "--partner"),
        ("Sam", "contract", "king", PASSWORD, "no role"),
    ],
)
def test_who_cannot_be_added_is_said_why(tmp_path, name, partner, role, password, why):
    with pytest.raises(PersonError, match=why):
        People(tmp_path / "desk.sqlite", hasher=QUICK).add(name, partner, role, password)


def test_two_people_have_two_names(desk):
    with pytest.raises(PersonError, match="already"):
        desk.people.add("SAM STEWARD", "other", "steward", PASSWORD)


def test_what_the_desk_keeps_is_for_its_owner_alone(desk, sam, filled):
    kept = [p for p in desk.settings.home.iterdir() if p.name.startswith("desk") and p.is_file()]
    assert {"desk.sqlite", "desk.key", "desk-audit.jsonl"} <= {p.name for p in kept}
    assert {stat.S_IMODE(p.stat().st_mode) for p in kept} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in desk.places.rooms.glob("*")} == {0o700}


def test_a_password_is_kept_as_argon2id_and_a_session_as_a_hash(desk, sam):
    db = sqlite3.connect(desk.places.people)
    assert all(p.startswith("$argon2id$") for (p,) in db.execute("SELECT password FROM person"))
    session = desk.unsigned(sam.client.cookies["desk"], "desk")
    assert session not in {i for (i,) in db.execute("SELECT id FROM session")}
    db.close()


def test_the_audit_log_says_who_did_what_and_holds_no_text_of_a_partner(desk, sam, filled):
    sam.post("/receipts/R-000001/withdraw", {"why": "a secret reason"})
    sam.post("/receipts/R-000001/share")
    lines = [json.loads(line) for line in desk.places.audit.read_text().splitlines()]
    done = [(line["who"], line["what"], line.get("receipt")) for line in lines]
    assert done == [
        ("Sam Steward", "signed in", None),
        ("Sam Steward", "checked", None),
        ("Sam Steward", "submitted", "R-000001"),
        ("Sam Steward", "checked", None),
        ("Sam Steward", "withdrew", "R-000001"),
        ("Sam Steward", "shared", "R-000001"),
    ]
    text = desk.places.audit.read_text()
    for word in ("april", "Gamma", "secret", "31/02"):
        assert word not in text


@pytest.mark.parametrize(
    "text", ["//evil.example", "https://evil.example", "/\\evil", "javascript:1", "/a?b", "", "x"]
)
def test_signing_in_leads_nowhere_else(desk, text):
    assert local(text) == "/"
    browser = Browser(desk)
    browser.get("/sign-in")
    data = {"name": "Sam Steward", "password": PASSWORD, "next": text}
    assert browser.post("/sign-in", data).headers["location"] == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(desk):
    browser = Browser(desk)
    asked = browser.get("/receipts/R-000001").headers["location"]
    assert asked == "/sign-in?next=/receipts/R-000001"
    browser.get(asked)
    data = {"name": "Sam Steward", "password": PASSWORD, "next": "/receipts/R-000001"}
    assert browser.post("/sign-in", data).headers["location"] == "/receipts/R-000001"


def test_a_file_that_is_too_large_is_said_in_words(tmp_path):
    sam = Browser(desk_of(tmp_path, desk_megabytes=1)).signed_in("Sam Steward")
    answer = sam.check((APRIL, b"x" * 1_100_000))
    assert answer.status_code == 413
    assert "The files are larger than 1 MB" in words(answer)
    assert "Send fewer at a time" in words(answer)


def test_a_body_that_hides_its_length_is_too_large_as_well(tmp_path):
    sam = Browser(desk_of(tmp_path, desk_megabytes=1)).signed_in("Sam Steward")
    stream = (b"x" * 100_000 for _ in range(12))
    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = sam.client.post("/bodies/contract/send/spend", content=stream, headers=kind)
    assert answer.status_code == 413


def test_more_files_than_a_form_takes_are_said_in_words(sam):
    answer = sam.check(*[(f"{n}.csv", "x") for n in range(21)])
    assert answer.status_code == 400
    assert "One form takes at most 20 files." in words(answer)


def fails(*_, **__):
    raise RuntimeError("a secret: 31/02/2024")


def test_a_program_error_of_a_check_is_a_number_that_is_in_the_log(desk, sam, monkeypatch):
    monkeypatch.setattr(send, "dry_run", fails)
    page = words(sam.check((APRIL, GOOD)))
    [number] = re.findall(r"E-[0-9A-F]{8}", page)
    assert "which is no fault of the file" in page
    assert "secret" not in page
    log = desk.places.log.read_text()
    assert number in log
    assert "RuntimeError: a secret" in log
    assert not list(desk.places.rooms.rglob("*.csv"))


def test_a_program_error_of_a_submission_leaves_the_file_to_be_submitted_again(
    desk, sam, monkeypatch
):
    checked = sam.check((APRIL, GOOD)).headers["location"]
    with monkeypatch.context() as patched:
        patched.setattr(submitting, "book_held", fails)
        answer = sam.post(checked + "/submit")
    assert answer.status_code == 500
    assert re.search("tell the data team the number E-[0-9A-F]{8}", words(answer))
    assert "Traceback" not in answer.text
    assert desk.ask_ledger(lambda ledger: ledger.receipts()) == []
    again = sam.post(checked + "/submit")
    assert again.headers["location"].startswith("/receipts/R-000001")


def test_a_desk_that_was_started_again_still_has_sessions_and_what_waits(desk, sam, filled):
    started = Desk(desk.settings, today=desk.today)
    later = Browser(started)
    later.client.cookies.update(sam.client.cookies)
    page = later.get(f"/checked/{filled['kept']}")
    assert page.status_code == 200
    assert later.post(f"/checked/{filled['kept']}/submit").status_code == 303


def test_one_that_was_killed_after_booking_and_before_saying_so_counts_once(desk, sam, monkeypatch):
    """The receipt is in the ledger, the room does not know: submitted again it is a repeat."""
    checked = sam.check((APRIL, GOOD)).headers["location"]
    kept = desk.room(desk.unsigned(sam.client.cookies["desk"], "desk")).kept(
        checked.rpartition("/")[2]
    )
    submitting.submit(desk.settings, desk.partners()["contract"], kept.file, "spend")
    where = sam.post(checked + "/submit").headers["location"]
    assert where.startswith("/receipts/R-000002")
    assert "Already received" in words(sam.get(where))
    found = desk.ask_ledger(lambda ledger: ledger.receipts())
    assert [(r.status, r.duplicate_of) for r in found] == [("in_force", None), ("none", 1)]


def test_what_was_changed_in_the_room_is_not_submitted(desk, sam):
    checked = sam.check((APRIL, GOOD)).headers["location"]
    [file] = desk.places.rooms.rglob(APRIL)
    file.write_text(FAULTY)
    assert sam.post(checked + "/submit").status_code == 404


def test_an_upload_that_breaks_off_leaves_nothing(desk, sam):
    path = "/bodies/contract/send/spend"
    cookie = f"desk={sam.client.cookies['desk']}"
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "scheme": "http",
        "query_string": b"", "root_path": "", "http_version": "1.1", "server": ("127.0.0.1", 8100),
        "client": ("127.0.0.1", 1), "headers": [
            (b"host", b"127.0.0.1"), (b"cookie", cookie.encode()),
            (b"content-type", b"multipart/form-data; boundary=b"),
        ],
    }  # fmt: skip
    half = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nDate,'
    coming = [
        {"type": "http.request", "body": half, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent = []

    async def receive():
        return coming.pop(0)

    async def send_(message):
        sent.append(message)

    with start_blocking_portal() as portal:
        portal.call(application(desk), scope, receive, send_)
    assert sent[0]["status"] == 400
    assert not list(desk.places.rooms.rglob("*"))
    assert not desk.places.log.exists()


def test_rooms_are_swept_after_an_hour(tmp_path):
    room = Room(tmp_path, "session")
    folder = room.new_folder()
    made = folder.stat().st_mtime
    sweep(tmp_path, made + 3599)
    assert folder.exists()
    sweep(tmp_path, made + 3601)
    assert not list(tmp_path.iterdir())


def test_removing_a_checked_file_removes_its_bytes(desk, sam, filled):
    answer = sam.post(f"/checked/{filled['kept']}/remove")
    assert answer.headers["location"] == "/bodies/contract/send/spend"
    assert not list(desk.places.rooms.rglob("*.csv"))
    assert sam.get(f"/checked/{filled['kept']}").status_code == 404


def test_a_contract_that_cannot_be_used_takes_no_file_and_says_so(desk, sam, filled):
    contract = desk.settings.partners / "contract.yml"
    keep_contracts(desk.partners(), desk.settings.contracts)
    contract.write_text(contract.read_text().replace("cadence: month", "cadence: fortnight"))
    page = words(sam.get("/bodies/contract"))
    assert "the agreement with this body cannot be read" in page
    assert sam.get("/bodies/contract/send/spend").status_code == 404


def test_people_are_added_listed_and_removed_by_the_command_line(desk, monkeypatch, capsys):
    import io

    monkeypatch.setenv("TOTALPLACE_PARTNERS", str(desk.settings.partners))
    home = ["--home", str(desk.settings.home)]
    monkeypatch.setattr("sys.stdin", io.StringIO("another long password\n"))
    assert main(["desk-user", "add", "Nia New", "--partner", "other", *home]) == 0
    assert "Nia New, steward of other, may sign in at the desk." in capsys.readouterr().out
    Browser(desk).signed_in("nia new", "another long password")
    assert main(["desk-user", "list", *home]) == 0
    listed = capsys.readouterr().out
    assert re.search(r"Nia New +steward +other", listed)
    assert re.search(r"Ole Officer +officer +every body", listed)
    assert main(["desk-user", "remove", "Nia New", *home]) == 0
    assert main(["desk-user", "remove", "Nia New", *home]) == 2
    assert main(["desk-user", "add", "Nia New", "--partner", "nobody", *home]) == 2
    assert "Known: contract, other" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["desk-user", "add", "Nia New", "--partner", "other", *home]) == 2
    assert main(["desk-user", "add", *home]) == 2


def test_another_host_needs_a_proxy(desk, capsys):
    assert main(["desk", "--host", "0.0.0.0", "--home", str(desk.settings.home)]) == 2
    assert "Put a proxy that speaks https before it and say --proxy" in capsys.readouterr().err


def test_every_route_is_known_to_the_application(desk):
    known = {route.path for route in application(desk).routes if isinstance(route, Route)}
    assert known == {route.path for route in routes(desk)}
