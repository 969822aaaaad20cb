"""The report as files: the same release gives the same bytes; the verb; releases that are older."""

import re
import shutil
from contextlib import redirect_stdout
from io import StringIO

import duckdb
import pytest

from orchestration.cli.main import main
from orchestration.publish.manifest import DATABASE, FILE_NAME
from orchestration.publish.store import ReleaseError
from orchestration.report.pdf import print_paper
from orchestration.report.site import write_report


@pytest.fixture(scope="module")
def elsewhere(release, tmp_path_factory):
    """A copy of the release that has what the report is made from and nothing else, in a folder
    with a blank in its name, and the report made of it into another folder."""
    folder = tmp_path_factory.mktemp("else") / "a copy"
    folder.mkdir()
    for name in (FILE_NAME, DATABASE):
        shutil.copyfile(release / name, folder / name)
    out = folder.parent / "out"
    with redirect_stdout(StringIO()) as said:
        assert main(["report", str(folder), "--out", str(out)]) == 0
    assert said.getvalue().endswith(f" Open {out / 'index.html'}\n")
    return folder, out


def test_made_again_elsewhere_the_pages_are_the_same_but_for_links_into_the_release(
    release, elsewhere
):
    _, out = elsewhere
    names = sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())
    report = release / "report"
    assert names == sorted(p.relative_to(report) for p in report.rglob("*") if p.is_file())
    for name in names:
        own, other = (report / name).read_bytes(), (out / name).read_bytes()
        if own != other:
            assert name.suffix == ".html"
            assert _without_links(own.decode()) == _without_links(other.decode()), name


def _without_links(html):
    """A page in which links to files of the release, and the words about them, are plain text."""
    html = re.sub(r'<a (?:class="govuk-link" )?href="(?:\.\./)+[^"]*">([^<]*)</a>', r"\1", html)
    html = html.replace(", stands in manifest.json.", ", stands in its manifest.json.")
    return re.sub(r'href="\.\./([a-z])', r'href="\1', html)


def test_a_folder_that_holds_other_files_is_left_as_it_is(release, tmp_path, capsys):
    (tmp_path / "minutes.txt").write_text("ours")
    assert main(["report", str(release), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"totalplace: {tmp_path} holds other files: name a new or an empty folder.\n"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["minutes.txt"]


def test_nothing_is_written_into_a_release(elsewhere, capsys):
    folder, _ = elsewhere
    assert main(["report", str(folder), "--out", str(folder / "report")]) == 2
    assert "lies in a release, which never changes" in capsys.readouterr().err
    assert not (folder / "report").exists()


def test_a_folder_of_another_site_is_left_as_it_is_too(release, tmp_path, capsys):
    (tmp_path / "index.html").write_text("<title>Ours</title>")
    assert main(["report", str(release), "--out", str(tmp_path)]) == 2
    assert "holds other files" in capsys.readouterr().err
    assert (tmp_path / "index.html").read_text() == "<title>Ours</title>"


def test_written_over_an_earlier_report_the_bytes_are_the_same_and_only_its_own_pages_are_gone(
    elsewhere,
):
    folder, out = elsewhere
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    (out / "minutes.html").write_text("ours")
    for gone in ("partner-gone.html", "trace/gone.html"):
        (out / gone).write_bytes((out / "index.html").read_bytes())
    write_report(folder, out)
    assert (out / "minutes.html").read_text() == "ours"
    (out / "minutes.html").unlink()
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


def test_a_release_of_an_earlier_version_gets_one_message_and_no_page(elsewhere, tmp_path, capsys):
    folder, _ = elsewhere
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    text = (old / FILE_NAME).read_text()
    (old / FILE_NAME).write_text(text.replace('"v_savings_waterfall"', '"v_of_another_time"'))
    assert main(["report", str(old), "--out", str(tmp_path / "out")]) == 2
    (message,) = capsys.readouterr().err.splitlines()
    assert message.startswith("totalplace: Table v_savings_waterfall of release ")
    assert "is not there: the release was made by an earlier version" in message
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_release_is_named(tmp_path):
    with pytest.raises(ReleaseError, match="is missing or damaged"):
        write_report(tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    ("table", "column"), [("v_target_position", "target_unknowns"), ("fct_issue", "is_open")]
)
def test_a_release_without_a_column_of_a_later_version_is_named_too(
    elsewhere, tmp_path, table, column
):
    folder, _ = elsewhere
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    (old / DATABASE).chmod(0o644)
    with duckdb.connect(str(old / DATABASE)) as connection:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with pytest.raises(ReleaseError, match=f"has no column {column}: the release was made by"):
        write_report(old, tmp_path / "out")


def test_without_a_browser_the_paper_says_what_to_do(elsewhere, monkeypatch):
    _, out = elsewhere
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReleaseError, match=r"no Chromium was found .*board-paper.html"):
        print_paper(out)
