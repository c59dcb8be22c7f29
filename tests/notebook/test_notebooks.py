"""The notebooks that ship: light, of the packages that they name, each with the outputs of a run to its end.

Of the own VAE's notebook every cell is run here once more, with a single epoch. How a notebook shows what a cell ends with is not.
"""

import json
import re
import sys
from pathlib import Path

import pytest
import torch

from explorer.notebook import LatentCanvas

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"-?\d+\.\d+")  # what depends on how long it was trained
LIGHT = 120_000  # bytes


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_was_run_to_its_end_without_an_error_and_is_light(path: Path) -> None:
    code = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"stream", "execute_result", "display_data"}
    assert any("LatentCanvas(" in "".join(output.get("data", {}).get("text/plain", "")) for output in outputs)
    assert path.stat().st_size < LIGHT


def test_each_cell_of_the_own_vae_runs_and_prints_what_the_notebook_shows(monkeypatch, capsys) -> None:
    path = ROOT / "docs" / "notebooks" / "your-own.ipynb"
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    code = ["".join(cell["source"]).replace("range(1, 21)", "range(1, 2)") for cell in cells]
    assert sum("range(1, 2)" in each for each in code) == 1
    printed = ["".join("".join(output.get("text", "")) for output in cell["outputs"]) for cell in cells]
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(sys, "path", [*sys.path])
    names, threads = {}, torch.get_num_threads()
    try:
        with torch.random.fork_rng():
            for each, shown in zip(code, printed, strict=True):
                exec(each, names)  # what a notebook does
                assert NUMBER.sub("", capsys.readouterr().out) == NUMBER.sub("", re.sub(r"(?m)^epoch .*\n", "", shown))
    finally:
        torch.set_num_threads(threads)
    assert isinstance(names["canvas"], LatentCanvas)


def test_two_notebooks_ship() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["walk", "your-own"]


def test_a_notebook_has_the_same_versions_as_the_app() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    app, tests, notebook = (pins(f"requirements{kind}.txt") for kind in ("", "-dev", "-notebook"))
    shared = notebook.keys() & (app | tests).keys()
    assert {name: notebook[name] for name in shared} == {name: (app | tests)[name] for name in shared}
    assert {"torch", "numpy", "anywidget"} <= shared
