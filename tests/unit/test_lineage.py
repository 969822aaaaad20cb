"""What a figure is made of: declared, followed, and added up again before anybody reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.publish import ReleaseInputs
from orchestration.publish.lineage import Part, Recipe, figures_of, money_columns
from tests.unit.release_world import INPUTS, TRACES, build, candidate_in, faults


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build(tmp_path / "build.duckdb")
    return tmp_path


def found(home: Path, **traces: tuple[Recipe, ...]) -> list[str]:
    """What the audit says if tables declare these recipes in place of the usual ones."""
    inputs: ReleaseInputs = replace(INPUTS, traces=TRACES | traces)
    said = faults(candidate_in(home, inputs))
    return [message for check, message in said if check == "every_figure_adds_up"]


def of_lines(**options: object) -> tuple[Recipe, ...]:
    part = {"label": "lines", "table": "fct_spend_line", "by": ("partner_id",)}
    part |= {"amount": "amount_pence"} | options
    return (Recipe(figures=("gross_pence",), parts=(Part.model_validate(part),)),)


VIEW = (
    Recipe(
        figures=("gross_pounds",),
        parts=(Part(label="spend", table="fct_place_spend", by=("partner_id",)),),
    ),
)


def add_view(home: Path, gross_pounds: str) -> None:
    """The bodies' spend in pounds, made as SQL says, beside the table that has it in pence."""
    with duckdb.connect(str(home / "build.duckdb")) as connection:
        connection.execute(
            f"CREATE TABLE v_spend AS SELECT partner_id, ({gross_pounds})::DECIMAL(18, 2) AS "
            "gross_pounds FROM fct_place_spend"
        )


def test_a_mart_that_adds_up_is_published(home: Path) -> None:
    assert found(home, fct_place_spend=of_lines()) == []


def test_money_without_a_recipe_does_not_publish(home: Path) -> None:
    assert found(home, fct_place_spend=()) == [
        "fct_place_spend.gross_pence holds money and nothing says what it is made of: add a recipe "
        "under meta: trace: in the YAML of the table"
    ]


def test_a_figure_that_is_not_its_parts_does_not_publish(home: Path) -> None:
    without_credits = of_lines(where="part.amount_pence > 0")  # one body has a credit of 45p

    assert found(home, fct_place_spend=without_credits) == [
        "fct_place_spend.gross_pence: 1 figures are not what they are made of, by at least 45 pence"
    ]


def test_a_recipe_that_names_no_table_does_not_publish(home: Path) -> None:
    (said,) = found(home, fct_place_spend=of_lines(table="fct_nowhere"))

    assert said.startswith("fct_place_spend.gross_pence: its recipe cannot be followed")


@pytest.mark.parametrize(
    "recipe",
    [
        {"figures": ["a_pence"]},
        {"figures": ["a_pence"], "lines": True, "taken_from": "the target"},
        {"figures": ["a_pence"], "row": ["b_pence"]},
    ],
    ids=["of nothing", "of two kinds", "of its row without a formula"],
)
def test_a_recipe_says_one_thing(recipe: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate(recipe)


def test_a_formula_names_parts_and_the_row_s_own_figures() -> None:
    recipe = Recipe(
        figures=("cost_pence",),
        row=("spend_pence",),
        parts=(Part(label="contacts", table="fct_contacts", amount="quantity"),),
        formula="divide_round(figure.spend_pence, contacts)",
    )

    assert recipe.formula_sql(["a.sum"]) == "divide_round(figure.spend_pence, a.sum)"


def test_money_is_known_by_the_name_of_its_column() -> None:
    columns = dict.fromkeys(["gross_pence", "pence", "pence_accepted", "gross_pounds", "lines"], "")

    assert money_columns(columns) == ["gross_pence", "pence", "pence_accepted"]
    assert figures_of(columns, ()) == ["gross_pence", "pence", "pence_accepted", "gross_pounds"]


def test_a_figure_in_pounds_is_that_of_its_table_in_pence(home: Path) -> None:
    add_view(home, "gross_pence::DECIMAL(20, 0) * 0.01::DECIMAL(3, 2)")

    assert found(home, v_spend=VIEW) == []


def test_a_figure_in_pounds_that_is_a_penny_off_does_not_publish(home: Path) -> None:
    add_view(home, "gross_pence::DECIMAL(20, 0) * 0.01::DECIMAL(3, 2) + 0.01::DECIMAL(3, 2)")

    assert found(home, v_spend=VIEW) == [
        "v_spend.gross_pounds: 2 figures are not what they are made of, by at least 1 pence"
    ]


def test_a_figure_in_pounds_that_is_left_out_does_not_publish(home: Path) -> None:
    add_view(home, "CASE WHEN partner_id <> 'alder' THEN gross_pence END * 0.01::DECIMAL(3, 2)")

    assert found(home, v_spend=VIEW) == [
        "v_spend.gross_pounds: 1 figures are not what they are made of, by at least 12300 pence"
    ]


def test_a_figure_in_pounds_without_a_recipe_does_not_publish(home: Path) -> None:
    add_view(home, "gross_pence::DECIMAL(20, 0) * 0.01::DECIMAL(3, 2)")

    (said,) = found(home)
    assert said.startswith("v_spend.gross_pounds holds money and nothing says what it is made of")
