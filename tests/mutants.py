"""``python -m tests.mutants``: change the code of proofs, seal, register, guard and verify in small ways; some test must fail each time.

A sample of changes ("mutants"), drawn by a seed, is tried one after the other in a copy of the checkout: ``==`` for ``!=``, ``and`` for
``or``, another number, a loop that is not entered. First all tests run once and say which of them meet which lines; against
a mutant only those run, until one fails. What survives is printed: either a test is missing, or the change means nothing.

Cosmic Ray makes the mutants (``pip install -e '.[mutation]'``).
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import importlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from coverage import CoverageData

ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    "proofs": ("tests/proofs", "tests/test_every_limit.py", "tests/seal", "tests/verify"),
    "seal": (
        "tests/seal",
        "tests/remembered/test_memory.py",
        "tests/test_life.py",
        "tests/test_moving.py",
        "tests/test_custody.py",
        "tests/test_pipeline.py",
        "tests/test_guard.py",
    ),
    "register": (
        "tests/test_register.py",
        "tests/test_written.py",
        "tests/test_register_lives.py",
        "tests/test_register_packed.py",
        "tests/test_log.py",
        "tests/test_custody.py",
        "tests/remembered/test_memory.py",
        "tests/seal",
    ),
    "guard.py": ("tests/test_guard.py", "tests/test_lean.py"),
    "verify": ("tests/verify", "tests/test_every_limit.py"),
}
"""What is changed, and the tests that have to notice; those that say most of it come first."""
MOST_TESTS = 500
"""Of more tests that meet a line, so many are tried, the first half of them and some of the others: the rest rarely says what these do not."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one place: file relative to the checkout, line, the operator that makes it, and its number in the file."""

    file: str
    line: int
    operator: str
    occurrence: int

    def code(self) -> str | None:
        """Return the changed file; None where nothing but an annotation is another, or it is no code any more."""
        before = (ROOT / self.file).read_text(encoding="utf-8")
        try:
            after = mutate_code(before, plugins.get_operator(self.operator)(), self.occurrence)
            return None if after is None or _meaning(after) == _meaning(before) else str(after)
        except (
            SyntaxError,
            AttributeError,
        ):  # ** is no power in a call; and Cosmic Ray changes no exception of a module (zlib.error)
            return None


def _meaning(code: str) -> str:
    """Return code without what changes nothing: annotations, slots, and what is frozen, which the type checker sees to."""

    class Bare(ast.NodeTransformer):
        def visit_arg(self, node: ast.arg) -> ast.arg:
            node.annotation = None
            return node

        def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
            node.annotation = ast.Constant(None)
            return node

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            node.returns = None
            return self.generic_visit(node)

        def visit_Call(self, node: ast.Call) -> ast.AST:
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in ("slots", "frozen")]
            return self.generic_visit(node)

    return ast.unparse(Bare().visit(ast.parse(code)))


def _operators() -> list[str]:
    """Return the names of the changes that mean something in any code: those of variables need their names."""
    return sorted(name for name in plugins.operator_names() if "Variable" not in name)


def mutants(parts: list[str]) -> Iterator[list[Mutant]]:
    """Yield all mutants of each place that can be changed."""
    for part in parts:
        top = ROOT / "pinback" / part
        for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            tree = get_ast(path.read_text(encoding="utf-8"))
            places: dict[tuple[int, int], list[Mutant]] = {}
            for name in _operators():
                operator = plugins.get_operator(name)()
                found = [place for node in ast_nodes(tree) for place in operator.mutation_positions(node)]
                for number, (start, _) in enumerate(found):
                    file = path.relative_to(ROOT).as_posix()
                    places.setdefault(start, []).append(Mutant(file, start[0], name, number))
            yield from (places[place] for place in sorted(places))


def _load_libraries() -> None:
    """Load what the tests import of others, which takes longer than most of them."""
    for name in (
        "cairosvg",
        "weasyprint",
        "cryptography.x509",
        "pyrage",
        "PIL.Image",
        "jinja2",
        "markdown",
        "pyld",
        "jwt",
    ):
        with contextlib.suppress(ImportError, OSError):
            importlib.import_module(name)


class Copy:
    """A copy of the checkout in which code is changed and tests run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        names = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
        for name in names.decode().split("\0")[:-1]:
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, self.folder / name)

    def run(self, *arguments: str, timeout: float = 0) -> int:
        """Run pytest in a process forked from this one, and return its exit code; -1 where it takes too long.

        What tests import of others is loaded once (``_load_libraries``); of ours this process has loaded nothing.
        """
        child = os.fork()
        if child == 0:
            os._exit(self._pytest(arguments))
        waiting = time.monotonic() + timeout
        while not (ended := os.waitpid(child, os.WNOHANG if timeout else 0))[0]:
            if time.monotonic() > waiting:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return -1
            time.sleep(0.02)
        return os.waitstatus_to_exitcode(ended[1])

    def _pytest(self, arguments: Sequence[str]) -> int:
        os.setpgid(0, 0)  # a group of its own, to be killed whole, at the priority of this run
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)
        # Bytecode is believed by time and size of its source, which a change may leave as they were.
        os.environ |= {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "PINBACK_CHANGING": "1"}
        os.chdir(self.folder)
        sys.dont_write_bytecode = True
        sys.path[:] = [str(self.folder), *(place for place in sys.path if place and Path(place).resolve() != ROOT)]
        del sys.modules["tests"]
        try:
            return int(pytest.main(["-q", "-p", "no:cacheprovider", *arguments]))
        except BaseException:
            return 1

    def killed(self, mutant: Mutant, code: str, tests: list[str], timeout: float) -> str:
        """Say how one of the tests noticed the changed code: it failed, or took too long; "" where none did."""
        path = self.folder / mutant.file
        before = path.read_bytes()
        path.write_text(code, encoding="utf-8")
        try:
            ended = 0
            for _ in range(3 if tests else 0):
                ended = self.run("-x", *tests, timeout=timeout)
                if ended != -signal.SIGKILL:  # by a system without memory, which says little of the mutant
                    break
            return "" if ended == 0 else "takes too long" if ended == -1 else "killed"
        finally:
            path.write_bytes(before)


class Meetings:
    """Which tests meet which lines."""

    def __init__(self, copy: Copy, parts: list[str], kept: Path) -> None:
        if not kept.exists():
            paths = sorted({path for part in parts for path in PARTS[part]})
            os.environ["COVERAGE_FILE"] = str(kept)
            if copy.run(*paths, "--cov=pinback", "--cov-context=test", "--cov-report=", "--cov-fail-under=0"):
                sys.exit("the tests fail before anything is changed; run them, and mend that first")
        self.data = CoverageData(str(kept))
        self.data.read()
        self.files = {name.partition("/pinback/")[2]: name for name in self.data.measured_files()}

    def tests(self, file: str, line: int) -> list[str]:
        """Return the tests of its part that meet a line; those that meet any line of its file where that is not known.

        A line that is met when its file is imported, or that continues another one, has no tests of its own.
        """
        lines = self.data.contexts_by_lineno(self.files.get(file.removeprefix("pinback/"), ""))
        met = {context for context in lines.get(line, ()) if context}
        if not met:
            met = {context for contexts in lines.values() for context in contexts if context}
        paths = next(paths for part, paths in PARTS.items() if file.startswith(f"pinback/{part}"))
        found = {re.sub(r"\|(setup|run|teardown)$", "", context) for context in met}
        names = [name for path in paths for name in sorted(found) if name.startswith(path)]
        half = MOST_TESTS // 2
        others = names[half:]
        return names[:half] + others[:: max(1, len(others) // half)]


def run() -> int:
    """Try a sample, print what survives, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="how many mutants (60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="of this part; may be given several times")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="so long may tests take (600)")
    parser.add_argument(
        "--meetings",
        type=Path,
        metavar="FILE",
        help="keep there which tests meet which lines, for the next run of this code",
    )
    asked = parser.parse_args()
    parts, source = asked.only or list(PARTS), random.Random(asked.seed)
    places = list(mutants(parts))
    source.shuffle(places)
    survivors = tried = 0
    _load_libraries()
    with tempfile.TemporaryDirectory(prefix="pinback-mutants-") as folder:
        copy = Copy(Path(folder))
        meetings = Meetings(copy, parts, asked.meetings or Path(folder) / "coverage")
        for mutant in (source.choice(place) for place in places):
            if tried == asked.sample:
                break
            if (code := mutant.code()) is None:
                continue
            tried += 1
            tests = meetings.tests(mutant.file, mutant.line)
            if how := copy.killed(mutant, code, tests, asked.timeout):
                print(f"{tried}: {mutant.file}:{mutant.line}: {how}", file=sys.stderr, flush=True)
                continue
            survivors += 1
            before = (ROOT / mutant.file).read_text(encoding="utf-8")
            diff = difflib.unified_diff(before.splitlines(), code.splitlines(), lineterm="", n=0)
            print(f"{mutant.file}:{mutant.line}: survived {len(tests)} tests", *list(diff)[2:], sep="\n", flush=True)
    killed = tried - survivors
    print(
        f"{tried} mutants of {len(places):,} places, {killed} killed ({killed / max(1, tried):.1%}), {survivors} survived"
    )
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(run())
