"""docs/extending.md keeps its word: its examples are followed in a copy of the project, and what they make is used."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
COPIED = ("vae", "ingest", "lessons", "explorer", "pages", "tests", "docs", "app.py", "pyproject.toml", ".streamlit")
LINKED = ("data", "checkpoints")
BLOCK = re.compile(r"^(?:`([\w./]+)`:\n\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(heading: str) -> list[tuple[str, str, str]]:
    """The blocks of a chapter: file, language and text. A block without a name belongs to the file before it."""
    chapter = re.split(r"^## An? ", TEXT.split(f"\n## {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    found, file = [], ""
    for named, language, text in BLOCK.findall(chapter):
        file = named or file
        found.append((file, language, text))
    return found


def follow(heading: str, root: Path) -> None:
    """Do what a chapter says in that copy."""
    for file, language, text in examples(heading):
        path = root / file
        if language == "diff":
            lines = text.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if not line.startswith("+"))
            after = "".join(line[1:] for line in lines if not line.startswith("-"))
            whole = path.read_text(encoding="utf-8")
            assert whole.count(before) == 1, f"{file} has no such place: {before}"
            path.write_text(whole.replace(before, after), encoding="utf-8")
        else:
            assert not path.exists(), file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project in a folder of its own, with what all chapters say; what takes room is linked."""
    root = tmp_path_factory.mktemp("extended") / "project"
    root.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("shipped", "__pycache__", "*.png"))
        else:
            shutil.copy(ROOT / name, root / name)
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    for shipped in (ROOT / "lessons").glob("*/shipped"):
        (root / shipped.relative_to(ROOT)).symlink_to(shipped)
    for heading in ("A lesson", "A measure", "A data set", "A kind of model"):
        follow(heading, root)
    return root


def python(root: Path, *arguments: str) -> str:
    """Run Python in the copy; what it printed."""
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


USED = """
import contextlib, io, json, sys
from vae import checkpoints, data
from vae.__main__ import main
from vae.measuring import metrics
from vae.measuring.aggregate import filling
from vae.model.latent import encode_split

def trained(name, *options):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["train", "--encoder", "16", "--decoder", "16", "--images", "20000", "--out", f"{sys.argv[1]}/{name}", *options]) == 0
    return json.loads(said.getvalue())

folder = checkpoints.SHIPPED / "mnist-vae-2d"
codes = encode_split(checkpoints.load(folder).model, data.load("mnist").test)
print(json.dumps({
    "offsets": [checkpoints.load_measures(folder, metrics.Measures).offset, filling(codes).to_json()["offset"]],
    "title": data.LOADERS["patches"].title,
    "on patches": trained("of-patches", "--dataset", "patches"),
    "constant": trained("constant", "--model", "cv", "--dataset", "digits"),
}))
"""


@pytest.fixture(scope="module")
def used(copy, tmp_path_factory) -> dict:
    """What came of the measure, the data set and the kind of model, used in one process."""
    return json.loads(python(copy, "-c", USED, str(tmp_path_factory.mktemp("trained"))))


def test_a_lesson_is_five_files_in_two_folders_and_its_page_is_there(copy):
    files = {copy / file for file, _, _ in examples("A lesson")}
    assert len(files) <= 5
    assert len({path.parent for path in files}) == 2
    page = json.loads(python(copy, "tests/extended_page.py").splitlines()[-1])
    assert page["title"] == "Temperature"
    assert 'What does a <a href="glossary#decoder">decoder</a> make of a draw that is scaled down?' in page["html"]
    predict, check = page["questions"]
    assert predict.startswith("**Predict.** The temperature is 0.")
    assert check.startswith("At which temperature")
    assert page["linked"] == 0.5
    assert page["address"] == {"temperature_t": "0.25"}


def test_a_measure_is_a_field_and_a_function(used):
    before, now = used["offsets"]
    assert before is None
    assert 0 < now < 1


def test_a_data_set_is_a_function_and_a_line(used):
    found = used["on patches"]
    assert (found["dataset"], found["images"]) == ("patches", 800)
    assert used["title"] == "Patches, 8 \xd7 8"


def test_a_kind_of_model_is_a_record_and_a_class(used):
    assert used["constant"]["kl"] > 0


LAWS = {
    "house/test_words": "temperature",
    "house/test_layers": "temperature or screen",
    "house/test_figures_document": "document",
    "pages/test_pages_lessons": "temperature",
    "pages/test_pages": "temperature",
    "core/test_models": "cv-mlp-bernoulli-2d-8px",
    "core/test_objectives": "cv-mlp-bernoulli-2d-8px",
}


def test_the_laws_of_all_lessons_and_of_all_models_hold_for_the_new_ones(copy):
    """Every file has tests of the new lesson or the new kind of model, and they pass."""
    files = [f"tests/{law}.py" for law in LAWS]
    said = python(copy, "-m", "pytest", "-vv", *files, "-k", " or ".join(dict.fromkeys(LAWS.values())))
    passed = set(re.findall(r"^(tests/[\w/]+\.py)::.* PASSED", said, re.MULTILINE))
    assert passed == set(files)
