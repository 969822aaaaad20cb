"""Long tables can be sorted and searched where scripts run."""

import pytest

CELLS = """
([id, column]) => [...document.querySelectorAll(`#${id} tbody tr`)].filter(r => !r.hidden)
  .map(r => r.cells[column]).map(c => (c.querySelector("data") || {}).value || c.textContent.trim())
"""


@pytest.fixture
def page(browser, report):
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto((report / "savings.html").as_uri())
    yield opened
    opened.close()


def cells(page, section, column):
    return page.evaluate(CELLS, [section, column])


def sorted_by(page, section, heading, times=1):
    """The cells of a column after its heading has been pressed, and what the heading says of it."""
    head = page.locator(f"#{section} th[scope=col]").filter(has_text=heading)
    for _ in range(times):
        head.get_by_role("button").press("Enter")
    column = head.evaluate("th => th.cellIndex")
    return cells(page, section, column), head.get_attribute("aria-sort")


def test_amounts_are_sorted_as_numbers_and_not_as_they_are_written(page):
    up, said = sorted_by(page, "register", "Claimed")
    assert [float(cell) for cell in up] == sorted(float(cell) for cell in up)
    assert said == "ascending"
    down, said = sorted_by(page, "register", "Claimed")
    assert down == sorted(up, key=float, reverse=True)
    assert said == "descending"


def test_words_are_sorted_by_letter(page):
    up, _ = sorted_by(page, "register", "Lead")
    assert up == sorted(up, key=str.lower)


def test_only_the_heading_that_sorts_says_so(page):
    sorted_by(page, "register", "Claimed")
    sorted_by(page, "register", "Lead")
    assert page.locator("#register th[aria-sort]").all_inner_texts() == ["Lead"]


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (1, ["−£1,200.50", "-7", "0", "£9", "12.5 %", "1,204", "not known", "–"]),
        (2, ["1,204", "12.5 %", "£9", "0", "-7", "−£1,200.50", "–", "not known"]),
    ],
)
def test_minus_signs_shares_and_thousands_are_numbers_and_what_is_missing_is_last(
    page, report, tmp_path, times, wanted
):
    rows = "".join(f"<tr><th>x</th><td>{cell}</td></tr>" for cell in sorted(wanted))
    made = tmp_path / "made.html"
    made.write_text(
        "<meta charset=utf-8><section id=made><div><table data-sortable>"
        "<thead><tr><th scope=col>Name</th><th scope=col>Figure</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
        f"<script src='{(report / 'report.js').as_uri()}'></script>"
    )
    page.goto(made.as_uri())
    assert sorted_by(page, "made", "Figure", times)[0] == wanted


def test_a_search_leaves_the_rows_with_the_words_and_says_how_many(page):
    every = cells(page, "register", 0)
    wanted = [cell for cell in every if "offices" in cell.lower()]
    assert 0 < len(wanted) < len(every)
    page.locator("#register").get_by_label("Show rows with").fill("OFFICES")
    assert set(wanted) <= set(cells(page, "register", 0)) < set(every)
    said = page.locator("#register").get_by_role("status").inner_text()
    assert said == f"{len(cells(page, 'register', 0))} of {len(every)} rows"
    page.locator("#register").get_by_label("Show rows with").fill("")
    assert cells(page, "register", 0) == every


def test_a_search_is_for_text_and_not_for_a_pattern(page):
    page.locator("#register").get_by_label("Show rows with").fill(".*")
    assert cells(page, "register", 0) == []
