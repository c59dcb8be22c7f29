"""The core knows no screen, a lesson knows no other, and imports run one way, as pyproject.toml declares."""

import ast
import functools
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["layers"]
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "vae").with_suffix("").parts)
    for path in (ROOT / "vae").rglob("*.py")
    if path.stem != "__init__"
)
PACKAGES = sorted(path.name for path in (ROOT / "explorer").iterdir() if any(path.glob("*.py")))
LESSONS = sorted(path.name for path in (ROOT / "lessons").iterdir() if (path / "words.md").exists())
SCREENS = {"streamlit", "plotly", "explorer"}


def imported(path: Path) -> set[str]:
    """Dotted names of everything that a file imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def parts_of(package: str, paths: list[Path]) -> set[str]:
    """Which parts of a package these files import."""
    found = (name.split(".") for path in paths for name in imported(path))
    return {names[1] for names in found if names[0] == package and len(names) > 1}


def later(level: str, name: str) -> set[str]:
    """What that name may not import: itself aside, all that its level declares from it on."""
    assert name in DECLARED[level], f"{name} has no place yet: put it into {level} under [tool.layers] in pyproject.toml"
    return set(DECLARED[level][DECLARED[level].index(name) + 1 :])


def in_a_fresh_process(code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def maths_of_lessons() -> list[str]:
    """The modules of the lessons that know no screen."""
    paths = sorted((ROOT / "lessons").rglob("*.py"))
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in paths]
    return [name for name in names if name.split(".")[-1] not in {*DECLARED["screen"], "__init__", "__main__"}]


def test_importing_the_core_and_the_lessons_maths_loads_no_user_interface():
    ingest = [f"ingest.{path.stem}" for path in (ROOT / "ingest").glob("*.py")]
    code = (
        "import importlib, sys\n"
        f"for name in {[f'vae.{name}' for name in MODULES] + ingest + maths_of_lessons()}: importlib.import_module(name)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'streamlit', 'plotly', 'explorer', 'pages', 'app'}))"
    )
    assert in_a_fresh_process(code) == "[]"


def test_importing_the_package_puts_idle_threads_to_sleep_before_torch_loads():
    assert (
        in_a_fresh_process("import vae, os, sys; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)")
        == "PASSIVE False"
    )


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_core_imports_only_from_below(name):
    own = ROOT / "vae" / f"{name.replace('.', '/')}.py"
    assert imported(own) & {f"vae.{other}" for other in later("vae", name)} == set()


def test_a_recipe_loads_no_engine():
    code = "import sys, vae.learning.recipes; print([n for n in sys.modules if n in ('vae.model.networks', 'vae.learning.engine', 'vae.learning.training')])"
    assert in_a_fresh_process(code) == "[]"


def test_names_of_the_core_are_imported_from_the_module_that_defines_them():
    folders = ("vae", "ingest", "lessons", "explorer", "pages", "benchmarks", "tests")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in {f"vae.{name}" for name in MODULES}:
                borrowed = {alias.name for alias in node.names} & brought_in(node.module)
                assert not borrowed, f"{path} imports {borrowed} from {node.module}, which has it from elsewhere"


@functools.cache
def brought_in(module: str) -> set[str]:
    """The names that a module of the core imports."""
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8"))
    return {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_the_explorer_imports_only_from_below(name):
    assert parts_of("explorer", list((ROOT / "explorer" / name).rglob("*.py"))) & later("explorer", name) == set()


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_says_what_belongs_in_it(name):
    said = ast.get_docstring(ast.parse((ROOT / "explorer" / name / "__init__.py").read_text(encoding="utf-8")))
    assert said is not None
    assert len(said) > 60


@pytest.mark.parametrize("name", DECLARED["project"])
def test_nothing_below_knows_anything_above(name):
    paths = list((ROOT / name).rglob("*.py")) or [ROOT / f"{name}.py"]
    above = later("project", name) - ({"benchmarks"} if name == "app" else set())
    for path in paths:
        assert {module.split(".")[0] for module in imported(path)} & above == set(), path


@pytest.mark.parametrize("name", LESSONS)
def test_no_lesson_imports_another(name):
    assert parts_of("lessons", list((ROOT / "lessons" / name).rglob("*.py"))) <= {name, "shared"}


def test_what_lessons_share_imports_no_lesson():
    assert parts_of("lessons", list((ROOT / "lessons" / "shared").rglob("*.py"))) <= {"shared"}


def test_only_what_draws_a_lesson_knows_the_screen():
    for path in (ROOT / "lessons").rglob("*.py"):
        if path.stem not in DECLARED["screen"]:
            assert {module.split(".")[0] for module in imported(path)} & SCREENS == set(), path


def test_no_folder_asks_a_reader_to_scan_more_than_about_twenty_files():
    crowded = {}
    for top in ("vae", "ingest", "lessons", "explorer"):
        for folder in [
            ROOT / top,
            *(path for path in (ROOT / top).rglob("*") if path.is_dir() and "shipped" not in path.parts),
        ]:
            files = [path for path in folder.iterdir() if path.suffix in {".py", ".js", ".css", ".md", ".toml"}]
            if len(files) > 24:
                crowded[folder.relative_to(ROOT).as_posix()] = len(files)
    assert crowded.keys() <= {"vae", "pages"}, crowded


def test_no_test_runs_a_loop_where_playwright_may_have_its_own():
    here = Path(__file__)
    loops = [path.name for path in (ROOT / "tests").rglob("*.py") if "asyncio.run(" in path.read_text("utf-8") and path != here]
    assert loops == [], "A browser's test may have left a loop in this thread: take own_loop.complete"
