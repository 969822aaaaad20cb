"""The report selects and orders rows: it adds no money up, in Python, in SQL or in a template."""

import ast
import re

import pytest

from orchestration.settings import CHECKOUT

ROOM = CHECKOUT / "orchestration" / "report"
FILES = sorted(ROOM.rglob("*.py"))
TEMPLATES = sorted(ROOM.rglob("*.j2"))
# Where an amount is brought into the unit in which it is written or drawn, and nowhere else.
ALLOWED = {
    ("rows.py", "millions"),
    ("rows.py", "written"),
    ("pages/value.py", "_drawn"),
}
MONEY = re.compile(r"(^|_)(pence|pounds|money|amount|millions?)(_|$)", re.IGNORECASE)
AGGREGATE = re.compile(
    r"\b(sum|avg|mean|median|total|count|min|max|list|string_agg|any_value|arg_max|first|last)"
    r"\s*\(|\bgroup\s+by\b|\bover\s*\(",
    re.IGNORECASE,
)
ARITHMETIC = ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow


def name_of(path):
    return path.relative_to(ROOM).as_posix()


def is_of_money(node):
    """Whether an expression speaks of money: by a name, an attribute, or a column's name."""
    for part in ast.walk(node):
        words = [
            getattr(part, "id", ""),
            getattr(part, "attr", ""),
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "",
        ]
        if any(MONEY.search(word) for word in words):
            return True
    return False


def is_text_or_rows(node):
    """Whether ``+`` puts texts or rows together here."""
    if isinstance(node, ast.BinOp):
        return is_text_or_rows(node.left) or is_text_or_rows(node.right)
    if isinstance(node, ast.IfExp):
        return is_text_or_rows(node.body)
    literal = isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.Dict | ast.ListComp)
    return literal or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def calculations(tree):
    """Every calculation with money of a module: the function it stands in, and its text."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.BinOp) and _calculates(node):
                yield function.name, ast.unparse(node)
            if isinstance(node, ast.AugAssign) and is_of_money(node.target):
                yield function.name, ast.unparse(node)
            if isinstance(node, ast.Call) and _adds_up(node):
                yield function.name, ast.unparse(node)


def _calculates(node):
    return isinstance(node.op, ARITHMETIC) and not is_text_or_rows(node) and is_of_money(node)


def _adds_up(call):
    """Whether a call adds up anything else than how many rows there are of a kind."""
    called = ast.unparse(call.func).rpartition(".")[2]
    if called in ("fsum", "accumulate", "reduce", "mean", "fmean"):
        return True
    one = getattr(call.args[0], "elt", None) if call.args else None
    return called == "sum" and not (isinstance(one, ast.Call) and ast.unparse(one.func) == "bool")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_money_is_calculated(path):
    found = calculations(ast.parse(path.read_text()))
    assert [(f, text) for f, text in found if (name_of(path), f) not in ALLOWED] == []


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("sum(r.number('pence') for r in rows)", True),
        ("row['gross_pence'] - row['net_pence']", True),
        ("a.amount + b.amount", True),
        ("money.amount / people", True),
        ("sum(r['x'] for r in rows)", True),
        ("sum(bool(row['is_inside_band']) for row in rows)", False),
        ("f'{money} in' + f' {year}'", False),
        ("[row.money('pence')] + rows", False),
        ("width - 90", False),
    ],
)
def test_calculations_are_known_from_texts_and_counts(code, is_found):
    assert bool(list(calculations(ast.parse(f"def of(): return {code}")))) is is_found


@pytest.mark.parametrize("allowed", sorted(ALLOWED), ids="/".join)
def test_a_place_that_is_allowed_is_in_use(allowed):
    file, function = allowed
    found = calculations(ast.parse((ROOM / file).read_text()))
    assert function in {name for name, _ in found}


def strings(tree):
    """The texts of a module that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_sql_of_the_report_adds_up():
    for path in FILES:
        for text in strings(ast.parse(path.read_text())):
            assert not AGGREGATE.search(text), (name_of(path), text)


def test_no_template_calculates():
    for path in TEMPLATES:
        for expression in re.findall(r"{[{%](.*?)[}%]}", path.read_text(), re.DOTALL):
            outside = re.sub(r"'[^']*'", "", expression).strip("-+ ")
            assert not re.search(r"\|\s*sum|\bsum\b|[+*/]| - ", outside), (path.name, expression)
