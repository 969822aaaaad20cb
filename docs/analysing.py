"""Answers the questions in analysing.md and board-questions.ipynb: runs them over a release and
puts the answers under them, so that what is printed there is what a reader gets.

TOTALPLACE_HOME=HOME python docs/analysing.py

Of the page a block of ``sql``, ``python`` or ``sh`` is run; a block of ``text`` right after it is
its answer. Any other block stands in a section that says it was not tried here. What is asked and
said belongs in the page and in the notebook.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "analysing.md"
NOTEBOOK = ROOT / "docs" / "board-questions.ipynb"
NOT_TRIED = "not tried here"
_BLOCK = re.compile(r"^```(\S+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)
_NEXT = "\x1f"  # what the blocks of Python print between them


@dataclass(frozen=True)
class Block:
    """A block that is run, and its answer as the page has it: ``None`` if it prints none."""

    language: str
    code: str
    answer: str | None
    heading: str


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page in order, each with the heading it stands below."""
    for found in _BLOCK.finditer(page):
        headings = re.findall(r"^#+ (.*)$", page[: found.start()], re.M)
        yield Block(found[1], found[2], found[3], headings[-1] if headings else "")


def answered(page: str, home: Path) -> str:
    """The page with every answer as the current release of ``home`` gives it. Raises
    ``RuntimeError`` with the block if one fails."""
    with TemporaryDirectory(prefix="totalplace-page-") as folder:
        (Path(folder) / "data").symlink_to(home.resolve())
        answers = {
            language: iter(run([b.code for b in blocks(page) if b.language == language], folder))
            for language, run in (("sql", _sql), ("python", _python), ("sh", _shell))
        }

        def once(found: re.Match[str]) -> str:
            language, code, answer = found[1], found[2], found[3]
            if language not in answers:
                return found[0]
            said, block = next(answers[language]), f"```{language}\n{code}```\n"
            return block if answer is None else f"{block}\n```text\n{_plain(said)}```\n"

        return _BLOCK.sub(once, page)


def _sql(codes: list[str], folder: str) -> list[str]:
    """The answers to all questions, asked at once: a program that starts takes half a second."""
    return _program(["sql", "-c", ";\n".join(codes)], folder).split("\n\n")


def _shell(codes: list[str], folder: str) -> list[str]:
    """What the program's commands say, one a line."""
    return [
        "".join(_program(shlex.split(line)[1:], folder) for line in code.splitlines())
        for code in codes
    ]


def _program(arguments: list[str], folder: str) -> str:
    return _run([sys.executable, "-m", "orchestration.cli.main", *arguments], folder)


def _python(codes: list[str], folder: str) -> list[str]:
    """What each block prints; they are run one after another, as a reader types them."""
    script = f"print({_NEXT!r}, end='')\n".join(codes)
    return _run([sys.executable, "-c", script], folder).split(_NEXT)


def _run(command: list[str], folder: str) -> str:
    home = {"TOTALPLACE_HOME": f"{folder}/data", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | home, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[-1]}\n{done.stderr}")
    return done.stdout


def _plain(said: str) -> str:
    """An answer without spaces at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in said.strip("\n").splitlines())


def run_notebook(text: str) -> tuple[str, dict[str, Any]]:
    """The notebook with the answer of every cell, as its program in this process gives it, and the
    names that the cells made."""
    notebook, names = json.loads(text), dict[str, Any]()
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        cell["execution_count"] = number
        cell["outputs"] = [
            {
                "data": {"text/plain": _answer("".join(cell["source"]), names).splitlines(True)},
                "execution_count": number,
                "metadata": {},
                "output_type": "execute_result",
            }
        ]
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", names


def _answer(code: str, names: dict[str, Any]) -> str:
    """What the last expression of a cell comes to, written as Jupyter writes it."""
    tree = ast.parse(code)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        raise RuntimeError(f"a cell ends with what it shows:\n{code}")
    exec(compile(tree, "cell", "exec"), names)
    return repr(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


if __name__ == "__main__":
    home = Path(os.environ["TOTALPLACE_HOME"])
    PAGE.write_text(answered(PAGE.read_text(encoding="utf-8"), home), encoding="utf-8")
    NOTEBOOK.write_text(run_notebook(NOTEBOOK.read_text(encoding="utf-8"))[0], encoding="utf-8")
