"""A table that holds money says what each figure is made of, in the YAML beside its model."""

import pytest
import yaml

from orchestration.publish.lineage import Recipe, figures_of, money_columns
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
def test_every_figure_in_pence_has_one_recipe(table):
    declared = [figure for recipe in recipes_of(table) for figure in recipe.figures]
    assert len(declared) == len(set(declared))
    assert set(money_columns(dict.fromkeys(COLUMNS[table], ""))) <= set(declared)
    assert set(declared) <= set(COLUMNS[table])


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
