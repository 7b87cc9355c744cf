"""The rules of the house that no tool checks by itself: floors, lazy imports, lengths, markup, who reveals a PIN."""

import ast
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
REVEALERS = {
    "operations/journal_lines.py": {"encode_pin"},
    "operations/plan_file.py": {"_kept_pin"},
    "seam_api/client.py": {"create_access_code", "update_access_code"},
    "tui/detail.py": {"_shown"},
    "tui/facts.py": {"_pin_fact"},
    "tui/pins.py": {"copy_pin"},
}
"""Who may turn a PIN into digits: the wire, the deliberate reveal and copy, the journal's side file, a plan's file."""
TOP_LEVEL = {"pyproject.toml", "README.md", "seam_tui", "tests", "screenshots"}
SLOW_TO_IMPORT = {"seam", "svix", "httpx", "httpx_retries", "starlette", "uvicorn", "pydantic", "pydantic_settings"}
UPPER_FLOORS = ("tui", "cli", "__main__")


@cache
def _tracked() -> tuple[str, ...]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).exists())


@cache
def _sources(below: str = "") -> tuple[Path, ...]:
    names = [name for name in _tracked() if name.endswith(".py") and name.startswith(below)]
    return tuple(ROOT / name for name in names)


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file; several tests look at them all."""
    return tuple(ast.walk(_tree(path)))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _in_package(path: Path) -> str:
    return path.relative_to(ROOT / "seam_tui").as_posix()


def _modules(*, upper: bool) -> list[str]:
    found = []
    for path in _sources("seam_tui/"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        is_upper = len(parts) > 1 and parts[1] in UPPER_FLOORS
        if is_upper == upper:
            found.append(".".join(parts))
    return found


def _python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=90
    )


@cache
def _loaded_with(module: str) -> frozenset[str]:
    """The names of all modules that are loaded once one of ours is."""
    result = _python("import importlib, sys; importlib.import_module(sys.argv[1]); print(*sys.modules)", module)
    assert result.returncode == 0, result.stderr
    return frozenset(result.stdout.split())


# -- floors and imports


def test_everything_below_the_screen_is_importable_without_textual() -> None:
    code = """
import importlib, sys
class Barred:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"textual", "rich"}:
            raise ImportError(f"{name} is barred here")
sys.meta_path.insert(0, Barred())
for name in sys.argv[1:]:
    importlib.import_module(name)
print("fine")
"""
    result = _python(code, *_modules(upper=False))
    assert (result.stdout, result.stderr) == ("fine\n", "")


def test_a_report_never_imports_textual_and_keeps_the_loggers_of_its_http_client_quiet() -> None:
    code = """
import logging, sys
class Barred:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "textual":
            raise ImportError("textual is barred here")
sys.meta_path.insert(0, Barred())
from seam_tui.cli import run
code = run(["report", "--demo", "--scenario", "healthy"])
print(*(logging.getLogger(name).getEffectiveLevel() for name in ("httpx", "httpcore")))
raise SystemExit(code)
"""
    result = _python(code)
    assert result.returncode == 0, result.stderr
    assert "textual" not in result.stderr
    assert result.stdout.splitlines()[-1] == f"{logging.WARNING} {logging.WARNING}"


@pytest.mark.parametrize("module", ["seam_tui.tui.app", "seam_tui.cli", "seam_tui.operations.runner"])
def test_the_first_frame_waits_for_nothing_slow(module) -> None:
    """The SDK alone takes 0.4 s to import; it comes in a thread behind the skeleton."""
    assert not SLOW_TO_IMPORT & {name.partition(".")[0] for name in _loaded_with(module)}


def test_the_first_frame_waits_for_no_dialog_and_nothing_that_sends() -> None:
    """Dialogs come with their key, what runs plans comes in the thread behind the skeleton."""
    known = _loaded_with("seam_tui.tui.app")
    of_screens = {name for name in known if name.startswith("seam_tui.tui.screens.")}
    assert of_screens == {"seam_tui.tui.screens.skeleton"}
    assert not {"seam_tui.operations.runner", "seam_tui.operations.journal", "seam_tui.reports"} & known


_BEFORE_THE_FIRST_FRAME = """
import sys
from seam_tui.cli import run
from textual.app import App
App.run = lambda app, **options: app.exit(return_code=5)
sys.argv[1:] = []
code = run()
import gc
print(code, gc.isenabled(), *sorted({name for name in sys.modules}))
"""


def test_a_start_without_options_imports_no_parser_no_validation_and_little_of_the_app(tmp_path: Path) -> None:
    """Each of these costs a tenth of the time until something is on screen, or more."""
    environment = {
        "SEAM_API_KEY": "seam_x",
        "SEAM_ENDPOINT": "http://127.0.0.1:9",
        **{f"SEAM_TUI_{name}_DIR": str(tmp_path) for name in ("CONFIG", "STATE", "LOG", "CACHE")},
    }
    result = subprocess.run(
        [sys.executable, "-c", _BEFORE_THE_FIRST_FRAME],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=90, env=environment,
    )  # fmt: skip
    assert result.stderr == ""
    code, is_collecting, *names = result.stdout.split()
    known = set(names)
    assert (code, is_collecting) == ("5", "False")
    assert not (SLOW_TO_IMPORT | {"typer", "click", "pygments", "rich.traceback"}) & known
    own = {name for name in known if name.startswith("seam_tui.")}
    assert not {
        name for name in own if name.startswith(("seam_tui.workspace", "seam_tui.operations", "seam_tui.sandbox"))
    }
    assert "seam_tui.tui.screens.triage" not in own


def test_the_command_line_knows_textual_only_when_it_opens_the_app() -> None:
    assert "textual" not in _loaded_with("seam_tui.cli")


def test_the_import_contracts_are_kept() -> None:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    result = _python(code)
    assert result.returncode == 0, result.stdout[-3000:]
    assert " 0 broken" in result.stdout


# -- files


def test_no_file_is_too_long_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [_in_package(path) for path in _sources("seam_tui/") if not ast.get_docstring(_tree(path))] == []


def test_the_top_level_holds_what_it_should_and_no_more() -> None:
    top = {name.partition("/")[0] for name in _tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP_LEVEL


def test_nothing_that_is_tracked_names_a_persons_folder() -> None:
    for path in _sources("seam_tui/"):
        assert not re.search(r"/home/\w+|/Users/\w+", path.read_text(encoding="utf-8")), path


# -- what code may do


@cache
def _calls(path: Path) -> tuple[tuple[ast.Call, str], ...]:
    """Every call in a file, with the name of the function that it stands in."""
    return tuple(_find_calls(path))


def _find_calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    waiting: list[tuple[ast.AST, str]] = [(_tree(path), "")]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = node.name
        if isinstance(node, ast.Call):
            yield node, inside
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def _attribute(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def test_only_these_functions_reveal_a_pin() -> None:
    found: dict[str, set[str]] = {}
    for path in _sources("seam_tui/"):
        for call, inside in _calls(path):
            # Other things can be revealed, too, but only a PIN's method takes nothing.
            if _attribute(call) == "reveal" and not (call.args or call.keywords):
                found.setdefault(_in_package(path), set()).add(inside)
    tracked = {_in_package(path) for path in _sources("seam_tui/")}
    assert found == {path: names for path, names in REVEALERS.items() if path in tracked}


def test_nobody_reaches_around_the_mask() -> None:
    """`_digits` and `reveal` are not taken as values either, to be called elsewhere."""
    for path in _sources("seam_tui/"):
        called = {id(call.func) for call, _ in _calls(path)}
        for node in _nodes(path):
            if isinstance(node, ast.Attribute) and _in_package(path) != "domain/pin.py":
                assert node.attr != "_digits", path
                assert node.attr != "reveal" or id(node) in called, path
            if isinstance(node, ast.Constant) and _in_package(path) != "domain/pin.py":
                assert node.value not in ("_digits", "reveal"), path


def test_nothing_is_printed_by_a_forgotten_print() -> None:
    for path in _sources("seam_tui/"):
        for call, inside in _calls(path):
            is_print = isinstance(call.func, ast.Name) and call.func.id in {"print", "pprint"}
            assert not is_print, f"{path}: {inside}"


_TAG = re.compile(r"\[/?(?:[a-z]+ )*(?:bold|dim|italic|underline|reverse|strike|b|i|u|red|green|yellow|blue|@|\$|link)")


def test_no_text_becomes_markup() -> None:
    """UX 11: names come from guests' bookings; a tag in one of them would be an instruction."""
    for path in _sources("seam_tui/"):
        for call, inside in _calls(path):
            assert _attribute(call) not in {"from_markup", "from_ansi", "to_content"}, f"{path}: {inside}"
            assert not (isinstance(call.func, ast.Name) and call.func.id == "render_markup"), path
            for keyword in call.keywords:
                is_on = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
                assert not (keyword.arg == "markup" and is_on), f"{path}: {inside}"


def test_no_interpolated_string_holds_a_tag() -> None:
    for path in _sources("seam_tui/tui"):
        for node in _nodes(path):
            if isinstance(node, ast.JoinedStr):
                literal = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                assert not _TAG.search(literal), f"{path}:{node.lineno}"


_TAKES_MARKUP = {"Static", "Label"}
_MARKUP_BY_DEFAULT = {"notify"}


def test_every_widget_that_would_read_markup_is_told_not_to() -> None:
    """`Static`, `Label` and `notify` read markup in a `str` unless told otherwise; a literal text of ours may stay."""
    for path in _sources("seam_tui/tui"):
        for call, inside in _calls(path):
            name = call.func.id if isinstance(call.func, ast.Name) else _attribute(call)
            if name not in _TAKES_MARKUP | _MARKUP_BY_DEFAULT or not call.args:
                continue
            is_literal = isinstance(call.args[0], ast.Constant)
            is_content = isinstance(call.args[0], ast.Call) and _name_of(call.args[0]) in {
                "Content",
                "Text",
                "assemble",
            }
            told = any(keyword.arg == "markup" for keyword in call.keywords)
            assert is_literal or is_content or told, f"{path}:{call.lineno} in {inside}"


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else _attribute(call)
