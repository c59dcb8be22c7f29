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


def follow(heading: str, root: Path) -> list[Path]:
    """Do what a chapter says in that copy; the files that it makes or changes."""
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
    return sorted({root / file for file, _, _ in examples(heading)})


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project in a folder of its own; what takes room is linked."""
    root = tmp_path / "project"
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
    return root


def python(root: Path, *arguments: str) -> str:
    """Run Python in the copy; what it printed."""
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_lesson_is_five_files_in_two_folders_and_its_page_is_there(copy):
    files = follow("A lesson", copy)
    assert len(files) <= 5
    assert len({path.parent for path in files}) == 2
    page = json.loads(python(copy, "tests/extended_page.py").splitlines()[-1])
    assert page["title"] == "Temperature"
    assert "What does a decoder make of a draw that is scaled down?" in page["html"]
    predict, check = page["questions"]
    assert predict.startswith("**Predict.** The temperature is 0.")
    assert check.startswith("At which temperature")
    assert page["linked"] == 0.5
    assert page["address"] == {"temperature_t": "0.25"}
    laws = (
        "house/test_words",
        "house/test_layers",
        "pages/test_pages_lessons",
        "pages/test_pages",
        "house/test_figures_document",
    )
    said = python(copy, "-m", "pytest", *(f"tests/{law}.py" for law in laws), "-k", "temperature or document or screen")
    assert " passed" in said


def test_a_measure_is_a_field_and_a_function(copy):
    follow("A measure", copy)
    code = (
        "from vae import checkpoints, data\n"
        "from vae.measuring import metrics\n"
        "from vae.measuring.aggregate import filling\n"
        "from vae.model.latent import encode_split\n"
        "folder = checkpoints.SHIPPED / 'mnist-vae-2d'\n"
        "before = checkpoints.load_measures(folder, metrics.Measures)\n"
        "codes = encode_split(checkpoints.load(folder).model, data.load('mnist').test)\n"
        "print(before.offset, filling(codes).to_json()['offset'])"
    )
    before, now = python(copy, "-c", code).split()
    assert before == "None"
    assert 0 < float(now) < 1


def trained(root: Path, out: Path, *options: str) -> dict:
    """Train a small model in the copy by command; its measures."""
    small = ("--encoder", "16", "--decoder", "16", "--images", "20000", "--out", str(out))
    return json.loads(python(root, "-m", "vae", "train", *options, *small))


def test_a_data_set_is_a_function_and_a_line(copy, tmp_path):
    follow("A data set", copy)
    found = trained(copy, tmp_path / "of-patches", "--dataset", "patches")
    assert (found["dataset"], found["images"]) == ("patches", 800)
    said = python(copy, "-c", "from vae import data; print(ascii(data.LOADERS['patches'].title))")
    assert said.strip() == r"'Patches, 8 \xd7 8'"


def test_a_kind_of_model_is_a_record_and_a_class(copy, tmp_path):
    follow("A kind of model", copy)
    found = trained(copy, tmp_path / "constant", "--model", "cv", "--dataset", "digits")
    assert found["kl"] > 0
    said = python(
        copy, "-m", "pytest", "tests/core/test_models.py", "tests/core/test_objectives.py", "-k", "cv-mlp-bernoulli-2d-8px"
    )
    assert " passed" in said
