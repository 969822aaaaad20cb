"""A table that holds money, in pence or in pounds, says what each figure is made of, in the YAML
beside its model."""

import pytest
import yaml

from orchestration.publish.lineage import Recipe, figures_of
from orchestration.settings import CHECKOUT

FOLDER = CHECKOUT / "dbt_project" / "models" / "marts"
DOCUMENTS = [
    yaml.load(path.read_text(), Loader=yaml.CSafeLoader) for path in sorted(FOLDER.glob("_*.yml"))
]
TABLES = {m["name"]: m for d in DOCUMENTS for m in d.get("models", [])}
TABLES |= {t["name"]: t for d in DOCUMENTS for s in d.get("sources", []) for t in s["tables"]}
COLUMNS = {name: [c["name"] for c in table["columns"]] for name, table in TABLES.items()}


def recipes_of(table):
    declared = TABLES[table].get("config", TABLES[table]).get("meta", {}).get("trace", [])
    return [Recipe.model_validate(recipe) for recipe in declared]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_figure_of_money_has_one_recipe(table):
    declared = [figure for recipe in recipes_of(table) for figure in recipe.figures]
    assert len(declared) == len(set(declared))
    assert set(figures_of(dict.fromkeys(COLUMNS[table], ""), ())) <= set(declared)
    assert set(declared) <= set(COLUMNS[table])


@pytest.mark.parametrize("view", sorted(t for t in TABLES if t.startswith("v_")))
def test_every_figure_of_a_view_in_pounds_is_added_up_from_a_table_in_pence(view):
    declared = {figure: recipe for recipe in recipes_of(view) for figure in recipe.figures}
    pounds = [column for column in COLUMNS[view] if column.endswith("_pounds")]
    assert [column for column in pounds if not declared[column].is_checked] == []
    for figure in pounds:
        first = declared[figure].parts[0]
        assert first.table.startswith(("fct_", "dim_")), (figure, first.table)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_recipe_names_tables_and_columns_that_are_published(table):
    for recipe in recipes_of(table):
        assert set(recipe.row) <= set(COLUMNS[table])
        for part in recipe.parts:
            theirs, ours = zip(*part.pairs(), strict=True) if part.by else ((), ())
            assert set(theirs) <= set(COLUMNS[part.table]), part
            assert set(ours) <= set(COLUMNS[table]), part
            for figure in recipe.figures:
                assert set(part.amounts(figure)) <= set(COLUMNS[part.table]), part


def test_what_is_followed_says_itself_what_it_is_made_of():
    for table in TABLES:
        for recipe in recipes_of(table):
            for part in (p for p in recipe.parts if p.follow):
                known = figures_of(dict.fromkeys(COLUMNS[part.table], ""), recipes_of(part.table))
                for figure in recipe.figures:
                    assert set(part.amounts(figure)) <= set(known), (table, figure, part)
