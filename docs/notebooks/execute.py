"""Run the notebooks of this folder, or those that are named, from their first cell to the last, and keep what they print. See README.md.

A widget lives only as long as its notebook runs. What stays in the file is its still picture.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
LEFT_OUT = ("application/vnd.jupyter.widget-view+json", "image/jpeg")  # what lives no longer, and what is there as PNG

for path in [HERE / name for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", timeout=600, store_widget_state=False, record_timing=False)
    client.execute(cwd=str(HERE))
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i}"  # the same with each run
        cell.metadata = {}
        for output in cell.get("outputs", []):
            for kind in LEFT_OUT:
                output.get("data", {}).pop(kind, None)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(notebook, path)
    print(f"{path.name}: {path.stat().st_size:,} bytes")
