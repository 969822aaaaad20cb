"""Which engine builds the models, and what is said before anything is built if it cannot."""

import socket

import pytest

from orchestration.cli.run import run
from orchestration.settings import Settings
from orchestration.warehouse.engine import EngineError
from orchestration.warehouse.engines import DuckDb, engine_of
from orchestration.warehouse.spark import engine as sparks
from orchestration.warehouse.spark.engine import Spark, source_tables


def settings_of(home, monkeypatch, engine=None):
    if engine:
        monkeypatch.setenv("TOTALPLACE_ENGINE", engine)
    else:
        monkeypatch.delenv("TOTALPLACE_ENGINE", raising=False)
    return Settings.from_environment(home=home)


def test_duckdb_builds_unless_another_is_named(tmp_path, monkeypatch):
    assert isinstance(engine_of(settings_of(tmp_path, monkeypatch)), DuckDb)
    assert isinstance(engine_of(settings_of(tmp_path, monkeypatch, "local[2]")), Spark)


def refusal(engine, tmp_path):
    with pytest.raises(EngineError) as raised:
        Spark(engine).require(Settings.from_environment(home=tmp_path))
    return str(raised.value)


@pytest.mark.parametrize("wrong", ["spark", "local[two]", "http://host:80", "spark://", "sc:host"])
def test_an_address_that_is_none_is_shown_beside_those_that_are(tmp_path, wrong):
    assert refusal(wrong, tmp_path) == (
        f"TOTALPLACE_ENGINE is {wrong!r}; expected duckdb, local[*], spark://HOST:PORT or "
        "sc://HOST:PORT."
    )


def test_without_its_packages_the_command_that_installs_them_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sparks, "_is_there", lambda module: module != "pyspark")
    assert refusal("local[2]", tmp_path) == (
        "TOTALPLACE_ENGINE is local[2], and pyspark cannot be imported. Make the environment for "
        "Spark: make spark-env."
    )


def test_without_java_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sparks, "_is_there", lambda module: True)
    monkeypatch.setattr(sparks.shutil, "which", lambda program: None)
    assert refusal("local[2]", tmp_path).startswith(
        "TOTALPLACE_ENGINE is local[2], and there is no java on the PATH"
    )


def test_where_nobody_listens_the_address_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sparks, "_is_there", lambda module: True)
    monkeypatch.setattr(sparks.shutil, "which", lambda program: "/usr/bin/java")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"spark://127.0.0.1:{free.getsockname()[1]}"
        assert refusal(url, tmp_path) == (
            f"TOTALPLACE_ENGINE is {url}, and nothing answers there (Connection refused). Start "
            "the cluster's master, or correct the address."
        )


def test_a_run_is_refused_before_a_file_is_read(tmp_path, monkeypatch, capsys):
    landing = tmp_path / "landing" / "someone" / "spend"
    landing.mkdir(parents=True)
    (landing / "new.csv").write_text("a,b\n1,2\n")
    settings = settings_of(tmp_path, monkeypatch, "spark://nowhere")
    monkeypatch.setattr(sparks, "_is_there", lambda module: False)
    assert run(settings) == 1
    assert "make spark-env" in capsys.readouterr().err
    assert not settings.ledger.exists()


def test_an_empty_cell_where_none_may_be_is_named(tmp_path):
    import duckdb

    settings = Settings.from_environment(home=tmp_path)
    table = settings.warehouse / "spark" / "main.db" / "fct_made"
    table.mkdir(parents=True)
    duckdb.sql("SELECT 1 AS a, NULL::BIGINT AS b").write_parquet(str(table / "part-0.parquet"))
    with pytest.raises(EngineError, match="Spark made the table fct_made, and b is empty"):
        Spark("local[1]").finish(settings, lambda: {"fct_made": ["a", "b"]})


def test_a_home_with_a_quote_in_its_path_is_a_text_in_sparks_sql(tmp_path):
    statements = source_tables(tmp_path / "the board's" / "raw", tmp_path)
    assert any("the board\\'s/raw/spend'" in statement for statement in statements)
