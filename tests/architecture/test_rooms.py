"""Which room may use which: one way, without circles."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from orchestration.settings import CHECKOUT

# From the ground up. A room uses rooms further down this list, and never one beside or above it.
ROOMS = [
    [
        "orchestration.display",
        "orchestration.hashing",
        "orchestration.helper",
        "orchestration.progress",
        "orchestration.sql",
    ],
    ["orchestration.html", "orchestration.settings"],
    ["orchestration.contracts", "orchestration.trouble"],
    ["expectations", "orchestration.forecast", "orchestration.intake.read", "orchestration.sample"],
    ["orchestration.intake.judge"],
    ["orchestration.intake.ledger"],
    ["orchestration.intake"],
    ["orchestration.publish", "orchestration.steward", "orchestration.warehouse"],
    ["orchestration.proposal", "orchestration.release"],
    ["orchestration.desk"],
    ["orchestration.report"],
    ["orchestration.analyst", "orchestration.assets", "orchestration.doctor"],
    ["orchestration.definitions"],
    ["orchestration.cli"],
]
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


def name_of(path):
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path
    for package in ("orchestration", "expectations")
    for path in sorted((CHECKOUT / package).rglob("*.py"))
    if "shipped" not in path.parts
}


def room_of(module):
    """The innermost room a module lies in."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in FLOOR), None)


def used(module):
    """Every module of ours that a module imports, wherever in it the import stands."""
    path = MODULES[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{whole}.{alias.name}"
                if inner in MODULES or whole in MODULES:
                    yield inner if inner in MODULES else whole


@pytest.mark.parametrize("module", [m for m in MODULES if m != "orchestration"])
def test_a_room_uses_only_rooms_below_it(module):
    room = room_of(module)
    assert room, f"{module} lies in no room of the list"
    for other in used(module):
        if room_of(other) != room:
            assert FLOOR[room_of(other)] < FLOOR[room], f"{module} uses {other}"


def test_no_module_imports_itself_by_a_circle():
    graph = {module: set(used(module)) - {module} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
