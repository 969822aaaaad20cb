"""A real Spark cluster on this machine: a master and two workers, each a process of its own.

`make spark-test` asks for these tests; they need Java, half a gigabyte of packages and minutes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

if "TOTALPLACE_SPARK" not in os.environ:
    collect_ignore_glob = ["test_*"]

WAIT_SECONDS = 60
_CLASS = "org.apache.spark.deploy.{}.{}"


@dataclass
class Cluster:
    """A master and its workers, with what a program needs to know of them."""

    folder: Path
    port: int = 0
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a run is given: the engine, and Spark's own settings for a small machine."""
        return {
            "TOTALPLACE_ENGINE": self.url,
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }

    def start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a process of Spark's standalone cluster; its log lies beside the others."""
        import pyspark

        home = Path(pyspark.__file__).parent
        with (self.folder / f"{what.lower()}-{len(self.workers)}.log").open("w") as log:
            return subprocess.Popen(
                [home / "bin" / "spark-class", _CLASS.format(what.lower(), what), *arguments],
                env=os.environ | {"SPARK_HOME": str(home)} | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )

    def wait_for(self, log: str, said: str, times: int = 1) -> None:
        """Waits until the log of a process says something so often."""
        until = time.monotonic() + WAIT_SECONDS
        while (self.folder / log).read_text().count(said) < times:
            if time.monotonic() > until:
                raise AssertionError(f"{log} does not say {said!r}")
            time.sleep(0.1)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers with one core each."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    (made.folder / "conf").mkdir()
    (made.folder / "conf" / "spark-defaults.conf").write_text(
        "spark.sql.shuffle.partitions 4\nspark.driver.memory 2g\nspark.driver.host 127.0.0.1\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.port = free.getsockname()[1]
    begun = [made.start("Master", "--host", "127.0.0.1", "--port", str(made.port))]
    try:
        made.wait_for("master-0.log", "I have been elected leader")
        for _ in range(2):
            worker = made.start("Worker", "-c", "1", "-m", "2g", made.url)
            begun.append(worker)
            made.workers.append(worker)
        made.wait_for("master-0.log", "Registering worker", times=2)
        yield made
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()
