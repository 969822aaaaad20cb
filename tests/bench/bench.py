"""Speed as whole commands, beside a hand-written script that makes the same marts.

``make bench`` prints, for LINES generated lines (1,000,000 unless given): seconds, lines a second
and peak memory from landing to release, the same for ``baseline.sql``, and the ratio; then the
figures of ``judging``, a minute or two more in full size (``TOTALPLACE_BENCH=full``; with
LINES 0 they come alone). Nothing here is a test: machines differ, so only ratios measured in one
run mean anything.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import judging

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
PROGRAM = [sys.executable, "-m", "orchestration.cli.main"]


def timed(command: list[str], codes: tuple[int, ...] = (0, 3), **env: str) -> dict[str, Any]:
    """Wall and computing seconds and peak memory (MB, of the largest process) of one command."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise SystemExit(f"{' '.join(command)} ended with {code}:\n{said}")
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def baseline(landing: Path, out: Path) -> list[str]:
    """The hand-written script as a command of its own."""
    script = (
        "import duckdb, pathlib, sys\n"
        "landing, out, sql = sys.argv[1:]\n"
        "con = duckdb.connect(out + '/b.duckdb', config={'threads': 2})\n"
        "con.execute('SET VARIABLE landing = ?', [landing])\n"
        "con.execute(pathlib.Path(sql).read_text())\n"
        "for t in [r[0] for r in con.execute('SHOW TABLES').fetchall() if r[0] != 'line']:\n"
        "    con.sql('FROM ' + t).write_parquet(f'{out}/{t}.parquet', compression='zstd')\n"
        "    con.sql('FROM ' + t).write_csv(f'{out}/{t}.csv')\n"
    )
    return [sys.executable, "-c", script, str(landing), str(out), str(HERE / "baseline.sql")]


def whole_run(work: Path, lines: int) -> dict[str, Any]:
    """From landing to release, and the hand-written script on the same files."""
    landing, out = work / "landing", work / "baseline"
    out.mkdir()
    result: dict[str, Any] = {"lines": lines}
    result["sample"] = timed([*PROGRAM, "sample", "--lines", str(lines), "--out", str(landing)])
    run = [*PROGRAM, "run", "--home", str(work / "home"), "--landing", str(landing)]
    result["run"] = timed(run)
    result["baseline"] = timed(baseline(landing, out))
    result["run"]["lines_per_second"] = round(lines / result["run"]["seconds"])
    ratio = result["run"]["seconds"] / result["baseline"]["seconds"]
    result["run_to_baseline"] = round(ratio, 2)
    tiny = timed([*PROGRAM, "run", "--home", str(work / "tiny"), "--landing", "data/samples"])
    result["run_on_samples"] = tiny
    result["help"] = timed([*PROGRAM, "--help"])
    return result


def main(lines: int, *, full: bool) -> None:
    """Runs and prints the benchmark."""
    work = Path(tempfile.mkdtemp(prefix="totalplace-bench-"))
    try:
        result = whole_run(work, lines) if lines else {}
        result["judge"] = judging.measure(work, timed, PROGRAM, full=full)
        print(json.dumps(result, indent=2))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        full=os.environ.get("TOTALPLACE_BENCH") == "full",
    )
