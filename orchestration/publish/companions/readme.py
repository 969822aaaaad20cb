"""``README.txt``: what a release folder is and how to open it, for whoever is given one."""

from __future__ import annotations

import textwrap
from pathlib import Path

from ..dictionary import SYNTHETIC, Dictionary
from ..manifest import DATABASE, Manifest

FILE = "README.txt"
_WIDTH = 88
# What a person asks first, and in which table the answer is. Only what a release holds is listed.
HEADLINES = {
    "fct_headline": "the first figures, and why one may not be stated",
    "v_spend_by_body_year": "what each body spends on each theme, counted once",
    "v_access_cost": "public access by channel, and what a contact costs",
    "v_savings_now": "each saving: claimed, counted, evidenced, and why the rest is not",
    "v_target_position": "the savings so far beside the target",
    "v_board_decision": "what there is to decide or settle, and what hangs on it",
    "v_between_bodies": "money that passes between the bodies",
    "v_provider": "who provides drug and alcohol services, and who pays them",
    "v_missing_delivery": "what is missing, and which figures it touches",
    "v_release_change": "what changed since the release before, and why",
}


def write_readme(folder: Path, dictionary: Dictionary, manifest: Manifest) -> Path:
    """Writes the first thing to read into ``folder``; its path."""
    parts = [
        *_what(dictionary, manifest),
        "HOW TO OPEN IT",
        *(_filled(line) for line in _tools(manifest)),
        "WHERE TO BEGIN",
        *(_filled(line) for line in _begin(dictionary)),
        "BEFORE YOU ADD ANYTHING UP",
        *(_filled(line) for line in _CAUTIONS),
        "LICENCE, AND WHERE TO ASK",
        *(_filled(line) for line in _asking(manifest)),
    ]
    path = folder / FILE
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def _what(dictionary: Dictionary, manifest: Manifest) -> list[str]:
    title = f"TOTAL PLACE, RELEASE {manifest.release_id}"
    what = (
        f"This folder is one release of the count of public money in a place, made at "
        f"{dictionary.made_at} from {manifest.received_from}. It holds {len(dictionary.tables)} "
        "tables and never changes: a correction is a new release. manifest.json names every file "
        "with its size and SHA-256, so that an edit shows (totalplace verify FOLDER)."
    )
    mark = [SYNTHETIC.strip()] if manifest.synthetic else []
    return [f"{title}\n{'=' * len(title)}", *mark, _filled(what)]


def _tools(manifest: Manifest) -> list[str]:
    mark = "SYNTHETIC-" if manifest.synthetic else ""
    return [
        f"Excel or LibreOffice: {mark}published-tables.xlsx has the headline tables, made to be "
        f"read with a screen reader too; {mark}totalplace.xlsx has every table that is short "
        "enough to read through. Both are in pounds.",
        "A browser: dictionary.html says what every table and column means.",
        f"DuckDB 1.0 or later: {DATABASE} has every table with its comments. For example: "
        f'duckdb -readonly {DATABASE} "SELECT * FROM v_spend_by_body_year".',
        "Python, R or Spark: parquet/ has every table with its exact types. "
        "For example: pandas.read_parquet('parquet/v_provider.parquet').",
        "Anything else: csv/ has the tables as UTF-8 text, described for programs in "
        "datapackage.json and csvw.json. Do not open a CSV in Excel to change it.",
        "A text editor: METHOD.md says how the figures are made, and CHANGES.md, where there is "
        "one, what changed since the release before.",
    ]


def _begin(dictionary: Dictionary) -> list[str]:
    there = {table.name for table in dictionary.tables}
    listed = [f"{table}: {what}." for table, what in HEADLINES.items() if table in there]
    return listed or ["dictionary.html lists the tables."]


_CAUTIONS = (
    "Money is in whole pence (…_pence), and in pounds in the tables v_… and in the workbooks.",
    "Add up in_scope_net or net. Never add up gross over bodies: what one body pays another is in "
    "the gross of both. The dictionary says of each figure over what it adds up.",
    "An empty cell is a figure that is not known or does not exist. It is never £0.",
    "A year in which a partner is missing is marked in every row (partners_present of "
    "partners_expected); its figures are too low.",
)


def _asking(manifest: Manifest) -> list[str]:
    figures = (
        "The figures are made up for a trial and nobody's; they may be used to test anything."
        if manifest.synthetic
        else "No licence is stated here for the figures: ask the body that gave you this folder "
        "before you pass them on."
    )
    return [
        figures,
        "Populations, price indices and codes of bodies are from public lists named in the tables, "
        "under the Open Government Licence v3.0, and names of councils from mySociety (UK local "
        "authority names and codes, CC BY 4.0). Outlines of areas are from the Office for National "
        "Statistics, under the Open Government Licence v3.0, and contain OS data © Crown copyright "
        "and database right. Places known from postcodes contain OS data © "
        "Crown copyright and database right, Royal Mail data © Royal Mail copyright and database "
        "right, and National Statistics data © Crown copyright and database right. The programs "
        "that made this folder are under the MIT licence.",
        f"Ask whoever gave you this folder, and say which release ({manifest.release_id}), table, "
        "row and column you ask about. Every figure can be traced to the file and row it is from "
        "(totalplace trace TABLE KEY=VALUE --release FOLDER).",
    ]


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
