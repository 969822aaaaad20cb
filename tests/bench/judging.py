"""Speed of the judge: whole reports, the start of the program, and judging alone.

Each figure stands beside what DuckDB alone takes to read the same file and cast its amounts and
dates, which is the least that any judging costs. ``python tests/bench/judging.py FILE OUT [here]``
judges one file once and writes its seconds; ``here`` reads it without the limited child.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NAME = "payments-april-2024.csv"
HEADINGS = "Number,Date,Department,Supplier,Purpose,Amount,VAT,VAT code,Category\n"
# Rows and faults of a full run, and of a short one.
SIZES = {
    "report_200k": (200_000, 6_000, 200_000, 6_000),
    "report_2m": (2_000_000, 60_000, 400_000, 12_000),
    "report_all_faulty": (1_000_000, 1_000_000, 100_000, 100_000),
}
BLOCK = 100_000
BASELINE = """
SELECT count(*), sum(TRY_CAST(replace("Amount", ',', '') AS DECIMAL(18, 2))),
    min(TRY_CAST(try_strptime("Date", '%d/%m/%Y') AS DATE)),
    sum(TRY_CAST("VAT" AS DECIMAL(18, 2)))
FROM read_csv(?, header = true, all_varchar = true, null_padding = true, ignore_errors = true)
"""

Timed = Callable[..., dict[str, Any]]


def write_file(folder: Path, rows: int, faults: int = 0) -> Path:
    """A ledger of ``rows`` lines, ``faults`` of them with one fault each, evenly spread."""
    folder.mkdir(parents=True)
    path = folder / NAME
    with path.open("w") as file:
        file.write(HEADINGS)
        for start in range(0, rows, BLOCK):
            block = range(start, min(start + BLOCK, rows))
            file.write("".join(_line(i, rows, faults) for i in block))
    return path


def _line(i: int, rows: int, faults: int) -> str:
    day, amount, vat = f"{i % 28 + 1:02d}/04/2024", f"{i % 99_991}.{i % 100:02d}", "0.00"
    if i % 10 == 0:
        amount = f'"{i % 99_991:,}.{i % 100:02d}"'
    if i * faults // rows != (i + 1) * faults // rows:
        kind = (i * faults // rows) % 6
        day = ("31/02/2024", f"April {i}", day, day, day, day)[kind]
        amount = (amount, amount, "", f"{i}.123", "n/a", amount)[kind]
        vat = (vat, vat, vat, vat, vat, "12.3.4")[kind]
    supplier = (
        f'"Anytown Care, {i % 9_973} Ltd"' if i % 7 == 0 else f"Anytown Homes {i % 9_973} plc"
    )
    return (
        f"{200_000 + i},{day},Department {i % 12} of the Council,{supplier},"
        f"Residential and Nursing {i % 140},{amount},{vat},S,Category {i % 60} of Merchants\n"
    )


def measure(work: Path, timed: Timed, program: list[str], *, full: bool) -> dict[str, Any]:
    """Every figure of the judge; ``timed`` runs a command and says what it took."""
    (work / "agreed").mkdir()
    (work / "agreed" / "contract.yml").write_bytes((HERE / "contract.yml").read_bytes())
    agreed = {"TOTALPLACE_PARTNERS": str(work / "agreed")}
    found: dict[str, Any] = {}

    def command(name: str, rows: int, faults: int, *options: str) -> None:
        path = write_file(work / name, rows, faults)
        check = [*program, "check", str(path), "--partner", "contract", "--feed", "spend"]
        check += ["--home", str(work / "none"), *options]
        found[name] = {"rows": rows, "faults": faults} | timed(check, (0, 1, 3), **agreed)
        _beside(found[name], timed, path)

    command("check_10k", 10_000, 0)
    for name, (rows, faults, fewer_rows, fewer_faults) in SIZES.items():
        size = (rows, faults) if full else (fewer_rows, fewer_faults)
        command(name, *size, "--report", str(work / f"{name}-report"))
    path = write_file(work / "million", 1_000_000)
    found["judge_1m"] = {
        "limited_child": _alone(timed, path, agreed, 5),
        "in_process": _alone(timed, path, agreed, 5, "here"),
    }
    _beside(found["judge_1m"]["limited_child"], timed, path)
    if full:
        path = write_file(work / "ten_million", 10_000_000)
        found["judge_10m"] = _alone(timed, path, agreed, 2)
        _beside(found["judge_10m"], timed, path)
    return found


def _beside(found: dict[str, Any], timed: Timed, path: Path) -> None:
    """Adds the baseline and the ratio to it."""
    script = (
        "import duckdb, sys\n"
        "con = duckdb.connect(config={'threads': 2})\n"
        "con.execute(sys.argv[2], [sys.argv[1]]).fetchall()\n"
    )
    least = timed([sys.executable, "-c", script, str(path), BASELINE])
    found["baseline_seconds"] = least["seconds"]
    found["to_baseline"] = round(found["seconds"] / least["seconds"], 2)


def _alone(
    timed: Timed, path: Path, agreed: dict[str, str], times: int, *how: str
) -> dict[str, Any]:
    """Judging without the start of the program: the best of several runs."""
    out = path.with_name("judged.json")
    runs = []
    for _ in range(times):
        whole = timed([sys.executable, __file__, str(path), str(out), *how], **agreed)
        runs.append(whole | json.loads(out.read_text()))
    return min(runs, key=lambda run: float(run["seconds"]))


def judge_one(path: Path, out: Path, how: str) -> None:
    """Judges a file of the benchmark in this process and writes what it took."""
    from orchestration.contracts.load import load_partner
    from orchestration.intake.judge.judge import JudgeRequest, judge
    from orchestration.intake.read import sandbox, worker

    if how == "here":
        sandbox.open_limited = worker.open_here
    else:
        sandbox.network_is_cut()  # the server is started once a process, not once a file
    feed = load_partner(HERE / "contract.yml").feeds["spend"]
    started = time.perf_counter()
    result = judge(JudgeRequest(path, path.name, "spend", feed))
    seconds = time.perf_counter() - started
    assert result.verdict == "accepted", result.findings
    figures = {"seconds": round(seconds, 2), "lines_per_second": round(result.rows_in / seconds)}
    out.write_text(json.dumps(figures))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    judge_one(Path(sys.argv[1]), Path(sys.argv[2]), "".join(sys.argv[3:]))
