"""A worker that is killed in the middle of a build: the build ends well or says what happened, and
what readers see is whole either way."""

from __future__ import annotations

import subprocess
import sys
import time

from orchestration.settings import CHECKOUT
from tests.journeys.program import Program

SMALL = CHECKOUT / "data" / "samples"


def test_readers_see_the_release_before_or_the_whole_one_after(cluster, tmp_path):
    landing = tmp_path / "landing"
    one = landing / "leicester_city_council" / "spend"
    one.mkdir(parents=True)
    files = sorted((SMALL / one.relative_to(landing)).iterdir())
    (one / files[0].name).write_bytes(files[0].read_bytes())
    program = Program(tmp_path / "home", landing, settings={"TOTALPLACE_QUIET_SECONDS": "0"})
    assert program("run").code in (0, 3)
    before = program.current.resolve()
    (one / files[1].name).write_bytes(files[1].read_bytes())

    theirs = Program(
        program.home, landing, settings=cluster.environment | {"TOTALPLACE_QUIET_SECONDS": "0"}
    )
    run = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli.main", "run"],
        cwd=CHECKOUT,
        env=theirs.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    tables = program.home / "warehouse" / "spark" / "main.db"
    while run.poll() is None and not (tables / "int_read_lines").is_dir():
        time.sleep(0.1)
    cluster.workers[0].kill()
    said, _ = run.communicate()

    after = program.current.resolve()
    if run.returncode in (0, 3):
        assert after != before, said
    else:
        assert "Nothing was published: models: dbt" in said
        assert after == before
    assert program("verify").code == 0
