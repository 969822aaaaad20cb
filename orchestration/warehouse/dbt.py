"""dbt in a process of its own: imported while files are judged, its memory gone when it ends.

The process reads the project once (its reading is kept by the content of the project), then builds
when it is asked. What it says meanwhile comes back as lines for the person at the terminal.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from ..display import without_cells
from ..hashing import sha256_text
from ..helper import leave_at_once
from ..progress import say
from ..settings import DUCKDB, Settings
from .build_record import RESULTS, NodeResult
from .engine import EngineError
from .engines import engine_of
from .readings import KINDS, Unread

LEAVE_SECONDS = 10
READING, MANIFEST = "partial_parse.msgpack", "manifest.json"
ORDERS = {
    # Unit tests test the SQL, not the data: they run in the test suite.
    "build": ["build", "--exclude-resource-type", "unit_test"],
    "read": ["run", "--select", *(f"+{table}" for table in KINDS)],
}


class BuildError(Exception):
    """dbt could not read the project or build it; the message names the model and the log."""


@dataclass(frozen=True)
class Parsed:
    """What dbt made of the project, read from its manifest."""

    manifest: Path

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.manifest.read_text(encoding="utf-8"))
        return parsed

    def nodes(self, *kinds: Literal["model", "seed", "test"]) -> dict[str, dict[str, Any]]:
        """The nodes of these kinds, by dbt's unique id."""
        nodes: dict[str, dict[str, Any]] = self._manifest["nodes"]
        return {key: node for key, node in nodes.items() if node["resource_type"] in kinds}

    @property
    def published(self) -> tuple[str, ...]:
        """The tables a release promises: every mart, and the tables that Python adds to them."""
        marts = [n["name"] for n in self.nodes("model").values() if n["fqn"][1] == "marts"]
        sources = self._manifest["sources"].values()
        return tuple(sorted([*marts, *(s["name"] for s in sources if s["meta"].get("published"))]))

    @property
    def never_empty(self) -> dict[str, list[str]]:
        """The columns of each model that have the constraint ``not_null``."""
        return {
            node["name"]: [
                column["name"]
                for column in node["columns"].values()
                if any(kept["type"] == "not_null" for kept in column["constraints"])
            ]
            for node in self.nodes("model").values()
        }

    @property
    def traces(self) -> dict[str, list[dict[str, Any]]]:
        """What each published table declares that its figures are made of, by table."""
        nodes = [*self.nodes("model").values(), *self._manifest["sources"].values()]
        declared = {node["name"]: node["config"]["meta"].get("trace") for node in nodes}
        return {table: recipes for table, recipes in declared.items() if recipes}

    def declared(self, table: str) -> dict[str, Any]:
        """What the YAML of a published table declares: its name, description and columns, its
        ``key``, the ``feeds`` it is made from, the values that columns accept (``accepted``)
        and what they refer to (``refers_to``)."""
        for source in self._manifest["sources"].values():
            if source["name"] == table and source["meta"].get("published"):
                meta = source["meta"]
                return _of_table(source, meta, meta.get("key", ()), meta.get("feeds", ()))
        model = f"model.totalplace.{table}"
        rules = self._rules.get(model, {})
        key = next(iter(rules.get("keys", ())), ())
        return _of_table(self._manifest["nodes"][model], rules, key, sorted(self._feeds(model)))

    @cached_property
    def _rules(self) -> dict[str, dict[str, Any]]:
        """What the test ``declared`` is given for a model, by the model's unique id."""
        named = [n for n in self.nodes("test").values() if n.get("test_metadata")]
        return {
            test["attached_node"]: test["test_metadata"]["kwargs"]
            for test in named
            if test["test_metadata"]["name"] == "declared"
        }

    @cached_property
    def _known_feeds(self) -> dict[str, set[str]]:
        return {}

    def _feeds(self, node: str) -> set[str]:
        """The feeds that a node is made from. Names of bodies are gathered from every feed, which
        decides no figure."""
        if node in self._known_feeds:
            return self._known_feeds[node]
        kept = self._manifest["nodes"].get(node, {"meta": {}})["meta"].get("gathers_names")
        found: set[str] = set()
        for parent in () if kept else self._manifest["parent_map"].get(node, ()):
            if parent.startswith("source.totalplace.raw."):
                found.add(parent.rpartition(".")[2])
            else:
                found |= self._feeds(parent)
        self._known_feeds[node] = found
        return found


def _of_table(
    node: Mapping[str, Any], rules: Mapping[str, Any], key: Sequence[str], feeds: Sequence[str]
) -> dict[str, Any]:
    return {
        "name": node["name"],
        "description": node["description"],
        "columns": list(node["columns"].values()),
        "key": key,
        "feeds": feeds,
        "accepted": rules.get("accepted", {}),
        "refers_to": rules.get("refers_to", {}),
    }


class Dbt:
    """The process, begun when it is first needed, or earlier by ``start``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = kept_reading(settings)
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Dbt:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Has dbt imported on the other core, without waiting for it."""
        if self._process is None:
            self._settings.prepare()
            self._connection, theirs = get_context("spawn").Pipe()
            self._process = get_context("spawn").Process(
                target=_serve, args=(theirs, self._settings, self._folder), daemon=True
            )
            self._process.start()
            theirs.close()

    def parsed(self) -> Parsed:
        """The project as dbt reads it, waiting for that if it has changed."""
        if not (self._folder / MANIFEST).exists():
            for _ in self._ask("parse"):
                pass
        return Parsed(self._folder / MANIFEST)

    def build(self) -> Iterator[NodeResult]:
        """Builds every model in a new build file and runs every test; how each ended, as it ends.

        Raises ``BuildError`` if one failed, with the first failure's model, file and message.
        """
        return self._make("build", self._settings.inputs)

    def read(self, inputs: Path, wanted: Sequence[Unread]) -> None:
        """Makes the tables of readings (``KINDS``) alone, in a new build file, with the ``wanted``
        lines alone. Raises ``BuildError`` as ``build`` does."""
        for _ in self._make("read", inputs, wanted):
            pass

    def _make(
        self, order: str, inputs: Path, wanted: Sequence[Unread] | None = None
    ) -> Iterator[NodeResult]:
        target = self._settings.dbt_target / "run"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        yield from self._ask(order, inputs, wanted)
        self.close()

    def close(self) -> None:
        """Ends the process, if it was begun: it leaves by itself when nobody asks any more."""
        if self._process and self._connection:
            self._connection.close()
            self._process.join(LEAVE_SECONDS)
            self._process.kill()
        self._process = self._connection = None

    def _ask(
        self, order: str, inputs: Path | None = None, wanted: Sequence[Unread] | None = None
    ) -> Iterator[NodeResult]:
        self.start()
        assert self._process and self._connection
        log = self._settings.dbt_target / "run" / "dbt.log"
        try:
            self._connection.send((order, inputs, wanted))
            while (answer := self._connection.recv()) is not None:
                if isinstance(answer, NodeResult):
                    yield answer
                    continue
                kind, text = answer
                if kind == "failed":
                    raise BuildError(text)
                say(text)
        except (EOFError, OSError):
            self._process.join()
            raise BuildError(
                f"dbt's process ended with {self._process.exitcode} in the middle of its work; "
                f"-9 is what the system does when memory runs out (the log: {log})"
            ) from None


def kept_reading(settings: Settings) -> Path:
    """The folder of dbt's reading of the project as it is now, for the engine that is set."""
    read = "parsed" if settings.engine == DUCKDB else "parsed_for_spark"
    return settings.parsed / f"{read}-{project_digest(settings.dbt_project)[:16]}"


def project_digest(project: Path) -> str:
    """A digest of the project's files, and of where it lies: dbt keeps the folder of its seeds."""
    files = sorted(
        path
        for path in project.rglob("*")
        if path.is_file() and path.relative_to(project).parts[0] not in ("target", "logs")
    )
    parts = [str(project.resolve()), *(f"{path}\n{path.read_text('utf-8')}" for path in files)]
    return sha256_text("\n".join(parts))


def _serve(connection: Connection, settings: Settings, parsed: Path) -> None:
    """The process's work: import dbt, then answer orders until the other side is gone."""
    settings.export_for_dbt()
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for as long as it lives
    from dbt.cli.main import dbtRunner

    engine, runner = engine_of(settings), None
    engine.install()
    while True:
        try:
            order, inputs, wanted = connection.recv()
        except EOFError:
            leave_at_once()
            return
        try:
            if runner is None:
                runner = dbtRunner(manifest=reading(settings, parsed))
                _spare_what_is_loaded()
            if order in ORDERS:
                engine.require(settings)
                engine.begin(settings, inputs, wanted)
                _build(connection, settings, runner, [*ORDERS[order], "--target", engine.target])
                engine.finish(settings, lambda: Parsed(parsed / MANIFEST).never_empty)
            connection.send(None)
        except (BuildError, EngineError) as error:
            connection.send(("failed", str(error)))
        except Exception as error:
            # Nothing is printed here, so a fault of ours would be a process that is merely gone.
            said = without_cells(f"{type(error).__name__} {error}")
            connection.send(("failed", f"dbt's process failed: {said}"))


def _spare_what_is_loaded() -> None:
    """Has Python's garbage collector pass over what is loaded by now, which stays to the end, and
    look at the rest more rarely: of a build of few lines it took a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def reading(settings: Settings, parsed: Path) -> Any:
    """dbt's reading of the project: the one kept, or a new one, which is kept whole or not.

    Raises ``BuildError`` if the project cannot be read.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    if (parsed / READING).exists():
        return Manifest.from_msgpack((parsed / READING).read_bytes())
    parsed.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parsed.parent) as folder:
        kept = f"{parsed.name.partition('-')[0]}-*"
        known = max(parsed.parent.glob(f"{kept}/{READING}"), key=os.path.getmtime, default=None)
        if known:
            shutil.copy(known, folder)  # what has not changed since is not parsed again
        engine = engine_of(settings)
        places = ["--target", engine.target, *_places(settings, Path(folder))]
        ended = dbtRunner().invoke(["parse", *places])
        if not ended.success:
            log = Path(folder) / "dbt.log"
            copy = shutil.copy(log, settings.dbt_target / "parse.log")
            said = without_cells(ended.exception)
            raise BuildError(f"dbt could not read the project: {said} (in full: {copy})")
        for earlier in parsed.parent.glob(kept):
            shutil.rmtree(earlier, ignore_errors=True)
        made = Path(folder) / "made"
        made.mkdir()
        for name in (READING, MANIFEST):
            shutil.move(Path(folder) / name, made)
        with suppress(OSError):  # another run has just put the same there
            made.rename(parsed)
    return ended.result


def _build(connection: Connection, settings: Settings, runner: Any, order: Sequence[str]) -> None:
    """Builds and tests what is ordered. Raises ``BuildError`` with the first failure."""
    done, sending = 0, Lock()
    target = settings.dbt_target / "run"
    log = target / "dbt.log"
    log.touch()

    def progress(event: Any) -> None:
        nonlocal done
        if event.info.level != "debug":
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{event.info.ts.ToJsonString()} {event.info.msg}\n")
        if event.info.name == "NodeFinished":
            with sending:  # dbt works with two threads
                connection.send(_ended(event.data))
                done += 1
                if not done % 20:
                    connection.send(("say", f"{done} models and tests"))

    runner.callbacks = [progress]
    # dbt's own log makes a line of every event, also of those that it then leaves out, and nobody
    # reads what it writes of the project, which takes half the time of a worker's few models.
    places = _places(settings, target, log="none")
    ended = runner.invoke([*order, "--no-write-json", *places])
    if ended.success:
        ended.result.write(str(target / RESULTS))
        return
    failed = [r for r in (ended.result or ()) if r.status in ("error", "fail")]
    if not failed:
        said = without_cells(ended.exception)
        raise BuildError(f"dbt could not build: {said} (the whole log: {log})")
    first, others = failed[0], f", and {len(failed) - 1} more failed" if failed[1:] else ""
    place = f"{first.node.resource_type} {first.node.name} ({first.node.original_file_path})"
    raise BuildError(f"dbt {place}: {without_cells(first.message)}{others} (the log: {log})")


def _ended(finished: Any) -> NodeResult:
    """How a node ended, by dbt's event that it has."""
    node, ran = finished.node_info.unique_id, finished.run_result
    return NodeResult(node, ran.status, ran.message, ran.execution_time)


def _places(settings: Settings, target: Path, *, log: str = "info") -> list[str]:
    project = str(settings.dbt_project)
    places = ["--project-dir", project, "--profiles-dir", project]
    places += ["--target-path", str(target), "--log-path", str(target)]
    # Debug lines are four tenths of what dbt computes in a build; what fails is in the log without.
    return [*places, "--log-level", "none", "--log-level-file", log, "--no-use-colors"]


def compiled(settings: Settings) -> list[Any]:
    """Every model, seed and test as dbt compiles it, without reading a source."""
    from dbt.cli.main import dbtRunner

    settings.export_for_dbt()
    target = settings.dbt_target / "compiled"
    runner = dbtRunner(manifest=reading(settings, kept_reading(settings)))
    ended = runner.invoke(["compile", *_places(settings, target)])
    if not ended.success:
        raise BuildError(f"dbt could not compile the project: {without_cells(ended.exception)}")
    return [result.node for result in ended.result]
