"""The core knows no screen, and imports run one way."""

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = (  # a module imports from lines above its own, or from the left of its own line
    ("errors", "hardware", "torchvision_repair", "shapes"),
    ("checks", "data"),
    ("likelihoods", "kinds"),
    ("spec", "posterior", "measure_set"),
    ("networks", "priors"),
    ("models",),
    ("corruption",),
    ("settings", "records"),
    ("objectives", "gan_losses", "bounds"),
    ("engine", "gan_stepper"),
    ("learner", "watch"),
    ("training",),
    ("recipes", "command_options"),
    ("checkpoints",),
    ("latent", "aggregate", "probes"),
    ("metrics", "timeline"),
    ("family",),
    ("remeasure",),
    ("__main__",),
)
LESSONS = sorted(path.stem for path in (ROOT / "lessons").glob("*.py") if path.stem not in {"__init__", "__main__"})
RANK = {name: rank for rank, name in enumerate(name for layer in LAYERS for name in layer)}
INGEST = sorted(path.stem for path in (ROOT / "ingest").glob("*.py"))
MODULES = sorted(path.stem for path in (ROOT / "vae").glob("*.py") if path.stem != "__init__")


def imported(path: Path) -> set[str]:
    """Dotted names of everything that a file imports, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def in_a_fresh_process(code: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_whole_core_loads_no_user_interface():
    code = (
        "import importlib, sys\n"
        f"for name in {MODULES}: importlib.import_module('vae.' + name)\n"
        f"for name in {INGEST}: importlib.import_module('ingest.' + name)\n"
        f"for name in {LESSONS}: importlib.import_module('lessons.' + name)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'streamlit', 'plotly', 'explorer', 'pages', 'app'}))"
    )
    assert in_a_fresh_process(code) == "[]"


def test_importing_the_package_puts_idle_threads_to_sleep_before_torch_loads():
    assert (
        in_a_fresh_process("import vae, os, sys; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)")
        == "PASSIVE False"
    )


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_layers_below_its_own(name):
    assert name in RANK, f"vae/{name}.py has no layer yet: put it into LAYERS"
    of_the_core = {module.split(".")[1] for module in imported(ROOT / "vae" / f"{name}.py") if module.startswith("vae.")}
    assert {other for other in of_the_core if RANK[other] >= RANK[name]} == set()


def test_a_recipe_loads_no_engine():
    code = "import sys, vae.recipes; print([n for n in sys.modules if n in ('vae.models', 'vae.engine', 'vae.training')])"
    assert in_a_fresh_process(code) == "[]"


def test_names_of_the_core_are_imported_from_the_module_that_defines_them():
    folders = ("vae", "ingest", "lessons", "explorer", "pages", "benchmarks", "tests")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in {f"vae.{name}" for name in MODULES}:
                borrowed = {alias.name for alias in node.names} & brought_in(node.module)
                assert not borrowed, f"{path} imports {borrowed} from {node.module}, which has it from elsewhere"


@functools.cache
def brought_in(module: str) -> set[str]:
    """The names that a module of the core imports."""
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text())
    return {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("vae", {"ingest", "lessons", "explorer", "pages", "app", "benchmarks"}),
        ("ingest", {"lessons", "explorer", "pages", "app", "benchmarks"}),
        ("lessons", {"explorer", "pages", "app", "benchmarks"}),
        ("explorer", {"pages", "app"}),
        ("pages", {"app"}),
    ],
)
def test_nothing_below_knows_anything_above(folder, above):
    for path in (ROOT / folder).rglob("*.py"):
        assert {module.split(".")[0] for module in imported(path)} & above == set(), path
