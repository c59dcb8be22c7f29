"""The notebooks that ship: run to their end, light, and of the packages that they name."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
LIGHT = 120_000  # bytes


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_was_run_to_its_end_without_an_error_and_is_light(path: Path) -> None:
    code = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"stream", "execute_result", "display_data"}
    assert any("LatentCanvas(" in "".join(output.get("data", {}).get("text/plain", "")) for output in outputs)
    assert path.stat().st_size < LIGHT


def test_two_notebooks_ship() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["walk", "your-own"]


def test_a_notebook_has_the_same_versions_as_the_app() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    app, tests, notebook = (pins(f"requirements{kind}.txt") for kind in ("", "-dev", "-notebook"))
    shared = notebook.keys() & (app | tests).keys()
    assert {name: notebook[name] for name in shared} == {name: (app | tests)[name] for name in shared}
    assert {"torch", "numpy", "anywidget"} <= shared
