"""A desk that is served, and what a person does at it in a browser."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from orchestration.desk.app import application
from tests.browser.visit import HEIGHT, WATCH, WIDE
from tests.unit.desk_world import HEAD, PASSWORD, desk_of

TOO_MUCH = HEAD + "".join(f"{n:02}/04/2024,Care {n} Ltd,Care,9000.00\n" for n in range(1, 19))
# The name and the id of what has the focus.
FOCUS = "() => { const e = document.activeElement; return [(e.innerText || '').trim(), e.id]; }"


@contextmanager
def served(folder):
    """A desk on a port of its own that takes files of 1 MB: the desk, and its address."""
    made = desk_of(folder, desk_megabytes=1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(application(made), port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield made, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def opened(browser, desk, *, scripts=False, width=WIDE):
    """A page of a browser that shares nothing with any other."""
    window = {"width": width, "height": HEIGHT}
    context = browser.new_context(
        base_url=desk[1], java_script_enabled=scripts, viewport=window, accept_downloads=True
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    context.close()


def sign_in(page, name="Sam Steward"):
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def choose(page, name, text):
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("#files").set_input_files(file)  # the picker is a window of the system's own


def check(page, name, text, body="contract"):
    page.goto(f"/bodies/{body}/send/spend")
    choose(page, name, text)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def submit(page):
    page.get_by_role("button", name="Submit this file").click()
    page.get_by_role("heading", level=1, name="Receipt").wait_for()


def tab_to(page, name):
    """Presses Tab until what has the focus is called ``name`` or has it as its id."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUS):
            return
    raise AssertionError(f"'{name}' cannot be reached by Tab")
