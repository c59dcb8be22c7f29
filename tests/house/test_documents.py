"""Documents and code name files that are there, and the architecture stays short."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    *(ROOT / name / "README.md" for name in ("data", "checkpoints", "docs/notebooks")),
    *(ROOT / "docs").glob("*.md"),
]
TOPS = ("vae", "ingest", "explorer", "lessons", "pages", "tests", "benchmarks", "docs", "checkpoints")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_names_files_that_are_there(document):
    text = document.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{'|'.join(TOPS)})/[\w./-]+\.\w+)`", text)
    linked = [target for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text) if "://" not in target]
    made = {"temperature"} if document.name == "extending.md" else set()  # by the example
    assert [name for name in named if not (ROOT / name).exists() and not made & set(re.split(r"[/.]", name))] == []
    assert [target for target in linked if not (document.parent / target).exists()] == []


def test_code_names_files_that_are_there():
    """In comments and docstrings, and in what a page says."""
    for top in ("vae", "ingest", "lessons", "explorer", "pages"):
        for path in (path for path in (ROOT / top).rglob("*.*") if path.suffix in {".py", ".js", ".css", ".md"}):
            named = re.findall(
                rf"(?<![\w/.-])((?:{'|'.join(TOPS)})/[\w./-]+\.(?:py|js|css|md|toml))\b", path.read_text(encoding="utf-8")
            )
            assert [name for name in named if not (ROOT / name).exists()] == [], path


def test_the_architecture_says_only_what_is_so_and_is_short():
    assert len((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 150
