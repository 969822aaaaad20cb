"""A PostgreSQL server for tests: private, in a folder of its own, without a port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What makes a server of seconds quick: nothing that it holds must outlast it.
_SETTINGS = {"fsync": "off", "shared_buffers": "16MB", "listen_addresses": "''"}


def programs() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = Path(on_path) if on_path else kept[-1] if kept else None
    return found.parent if found else None


@contextmanager
def server(where: Path) -> Iterator[str]:
    """The URL of a server that runs meanwhile. PostgreSQL refuses to be run by root, which starts
    it as the user ``postgres``."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tp-pg-"))  # short: the name of a socket has 107 bytes
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(where / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(
            command, user=user, cwd=folder, check=True, capture_output=True, env={"LC_ALL": "C"}
        )

    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    run("initdb", "--auth=trust", "--username=tests", "--encoding=UTF8", "--no-sync")
    try:
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {options}")
        yield f"postgresql://tests@/postgres?host={folder}"
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)
