"""The installation: Python, packages, contracts, and the limited process that opens files."""

from __future__ import annotations

import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from ..contracts.cross_checks import load_together
from ..contracts.load import ContractError
from ..intake.read.sandbox import files_are_cut, network_is_cut, open_limited
from ..settings import CHECKOUT, Settings
from .checked import CheckResult

_DISTRIBUTION = "totalplace"


def python(_: Settings) -> Iterator[CheckResult]:
    """The Python that runs this, against what the project asks for."""
    now, wanted = sys.version_info[:2], _declared()[0]
    bounds = re.findall(r"(>=|<)\s*(\d+)\.(\d+)", wanted)
    good = all((now >= (int(a), int(b))) == (sign == ">=") for sign, a, b in bounds)
    message = f"{sys.version.split()[0]}, where {wanted or 'any version'} is wanted"
    if good:
        yield "OK", message
    else:
        yield "FAULT", message, "Make the environment anew with such a Python: `make env PYTHON=…`."


def packages(_: Settings) -> Iterator[CheckResult]:
    """Installed versions against those of the lock, or of the package where there is no lock."""
    lock, needed = CHECKOUT / "requirements.lock", _declared()[1]
    text = lock.read_text(encoding="utf-8") if lock.is_file() else "\n".join(needed)
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE))
    missing, other = [], []
    for name in dict.fromkeys([*(_name(n) for n in needed), *pinned]):
        version = pinned.get(name)
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            if any(_name(n) == name for n in needed):
                missing.append(name)
            continue
        if version and installed != version:
            other.append(f"{name} {installed} (tested: {version})")
    mend = "Install the tested versions again: `make env` after removing `.venv`."
    if missing:
        yield "FAULT", f"missing: {', '.join(missing)}", mend
    if other:
        yield "WARNING", f"other versions than tested: {', '.join(other)}", mend
    if not missing and not other:
        kind = "lock" if lock.is_file() else "package"
        yield "OK", f"{len(needed)} needed packages are there, at the versions of the {kind}"


def contracts(settings: Settings) -> Iterator[CheckResult]:
    """Whether every contract can be loaded."""
    try:
        partners, _ = load_together(settings.partners, settings.place)
    except ContractError as error:
        yield "FAULT", f"a contract cannot be used: {error}", "Mend the file at the named key."
        return
    feeds = sum(len(p.feeds) for p in partners.values())
    if partners:
        yield "OK", f"{len(partners)} partners with {feeds} feeds, from {settings.partners}"
    else:
        fix = "Point TOTALPLACE_PARTNERS to a folder of contracts, one YAML file a partner."
        yield "FAULT", f"no contract in {settings.partners}", fix


def child(_: Settings) -> Iterator[CheckResult]:
    """Opens a small file as partners' files are opened."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probe.csv"
        path.write_text("a,b\n1,2\n", encoding="utf-8")
        source = open_limited(path, "csv", ["utf-8"])
        rows = sum(b.num_rows for b in source.batches(source.sheets[0], 2))
        source.close()
    if rows != 2:
        yield "FAULT", "a file was not read whole", "Install the tested versions again."
        return
    open_to = {
        "the network": not network_is_cut(),
        "other files that its user may read": not files_are_cut(),
    }
    left = " and ".join(what for what, is_open in open_to.items() if is_open)
    if not left:
        yield "OK", "in a limited process without network, and with no file but the one it reads"
    else:
        fix = "Allow user namespaces (sysctl kernel.unprivileged_userns_clone=1) and Landlock, or "
        fix += "run the program in a container without network; the other limits hold all the same."
        yield "WARNING", f"in a limited process, but the kernel leaves it {left}", fix


def _declared() -> tuple[str, list[str]]:
    """The Python wanted and the packages needed, from the checkout or from what is installed."""
    project = CHECKOUT / "pyproject.toml"
    if project.is_file():
        message = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        return message["requires-python"], message["dependencies"]
    about = metadata.metadata(_DISTRIBUTION)
    needed = [n for n in metadata.requires(_DISTRIBUTION) or [] if "extra ==" not in n]
    return about["Requires-Python"] or "", needed


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()
