"""The analyst's page and notebook: every answer in them is what the samples' release gives."""

import importlib.util
import re
import sys
from decimal import Decimal

import pytest

from orchestration.settings import CHECKOUT


@pytest.fixture(scope="module")
def page():
    """The module that runs the page."""
    spec = importlib.util.spec_from_file_location("analysing", CHECKOUT / "docs" / "analysing.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_answer_on_the_page_is_what_a_release_gives(page, samples_home):
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.answered(text, samples_home.home) == text, "run: python docs/analysing.py"


def test_what_is_not_run_says_that_it_was_not_tried(page):
    run = {"sql", "python", "sh"}
    for block in page.blocks(page.PAGE.read_text(encoding="utf-8")):
        assert (block.language in run) is (page.NOT_TRIED not in block.heading), block


def test_the_page_answers_the_twelve_questions_of_a_board(page):
    text = page.PAGE.read_text(encoding="utf-8")
    asked = re.findall(r"^## ([a-z])\. ", text, flags=re.M)
    answered = {b.heading[0] for b in page.blocks(text) if b.answer and b.heading[1:2] == "."}
    assert asked == sorted(answered) == list("abcdefghijkl")


def test_a_wrong_answer_is_put_right(page, samples_home):
    text = "# Asked\n\n```sql\nSELECT 1 + 1 AS two\n```\n\n```text\nthree\n```\n"

    assert page.answered(text, samples_home.home) == (
        "# Asked\n\n```sql\nSELECT 1 + 1 AS two\n```\n\n```text\n two\n ───\n   2\n(1 row)\n```\n"
    )


@pytest.fixture(scope="module")
def notebook(page, samples_home):
    """The notebook as it was run just now, and the names its cells made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOTALPLACE_HOME", str(samples_home.home))
        return page.run_notebook(page.NOTEBOOK.read_text(encoding="utf-8"))


def test_every_answer_in_the_notebook_is_what_a_release_gives(page, notebook):
    text, _ = notebook
    assert page.NOTEBOOK.read_text(encoding="utf-8") == text


def test_the_notebook_asks_the_twelve_questions_and_says_that_its_data_are_made_up(page, notebook):
    text = page.NOTEBOOK.read_text(encoding="utf-8")
    assert re.findall(r'"## ([a-z])\. ', text) == list("abcdefghijkl")
    assert "**SYNTHETIC**" in text


def millions(values):
    """Pounds as millions with three places."""
    return [f"{Decimal(value) / 1_000_000:.3f}" for value in values]


@pytest.mark.parametrize(
    ("year", "bodies", "total", "real"),
    [
        ("2009-10", ["5.027", "1.220", "3.367", "1.447"], "11.061", "10.881"),
        ("2012-13", ["5.429", "1.090", "2.447", "1.300"], "10.265", "9.582"),
    ],
)
def test_a_drug_and_alcohol_spend_by_body(notebook, year, bodies, total, real):
    _, names = notebook
    assert millions(names["by_body"][year]) == bodies
    assert millions(names["in_real_terms"].loc[year]) == [total, real]


def test_b_public_access_by_channel(notebook):
    _, names = notebook
    by_channel = names["by_channel"]
    assert dict(zip(by_channel.index, millions(by_channel["payments_pounds"]), strict=True)) == {
        "face_to_face": "1.507", "not_reported": "0.263", "telephone": "1.880", "web": "0.102",
    }  # fmt: skip
    assert millions([by_channel["payments_pounds"].sum()]) == ["3.751"]
    assert by_channel["own_unit_cost_pounds"].isna().all()


def test_c_savings(notebook):
    _, names = notebook
    assert millions(names["saved"]) == ["12.515", "8.628", "3.073", "3.344"]
    largest = names["gaps"][["initiative_id", "gap_pounds"]].head(5)
    assert [(i, int(gap)) for i, gap in largest.to_numpy()] == [
        ("CA-01", 1_210_000), ("JC-01", 806_000), ("OE-03", 711_000), ("CA-03", 321_000),
        ("OE-01", 225_740),
    ]  # fmt: skip


def test_d_no_percentage_is_given(notebook):
    _, names = notebook
    assert names["forecast"]["probability"].isna().all()
    assert len(names["forecast"]) == 16


def test_e_overlapping_access_points(notebook):
    _, names = notebook
    ceilings = names["clusters"]["avoidable_cost_a_year_pounds"].head(3).tolist()
    assert ceilings == [1_412_500, 238_000, 25_337]


def test_f_the_largest_providers(notebook):
    _, names = notebook
    pounds = names["providers"]["pounds"].head(7)
    assert [f"{value / 1_000_000:.2f}" for value in pounds] == [
        "17.41", "14.12", "12.01", "5.25", "3.26", "3.07", "1.36"
    ]  # fmt: skip


def test_g_money_between_the_bodies(notebook):
    _, names = notebook
    assert names["between"].tolist() == [
        Decimal("7445500.00"), Decimal("7008166.67"), Decimal("7134000.00"), Decimal("311500.00")
    ]  # fmt: skip


def test_h_what_is_missing(notebook):
    _, names = notebook
    assert names["missing"][["period_id", "state"]].to_numpy().tolist() == [
        ["2012-13-Q1", "rows_set_aside"], ["2011-M02", "refused"],
        ["2010-M02", "rows_set_aside"], ["2011-M10", "missing"],
    ]  # fmt: skip


def test_i_what_is_unclassified(notebook):
    _, names = notebook
    assert millions(names["unclassified"]) == ["8.109", "8.109"]


def test_j_two_bodies_are_too_few_to_judge(notebook):
    _, names = notebook
    reasons = names["drugs_value"]["outturn_quadrant_unavailable_reason"].tolist()
    assert reasons == ["too_few_peers", "too_few_peers"]


def test_k_the_lines_of_one_figure(notebook):
    _, names = notebook
    assert (len(names["lines"]), names["lines"]["file_name"].nunique()) == (42, 11)
    assert names["lines"]["amount"].sum() == 274_807_431
    assert names["behind"].attrs["published"] == 229_807_431
    assert names["behind"].attrs["adds_up"] is True


def test_l_a_first_release_differs_from_none(notebook):
    _, names = notebook
    assert len(names["changes"]) == 0
