"""The lessons' JavaScript, asked under Node."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def in_javascript() -> Callable[..., list[Any]]:
    """Calls functions of a module below the project's folder: in_javascript("lessons/kl/kl_maths", ["parts", 1.5, -0.7], ...) -> their results."""
    node = shutil.which("node")
    if node is None:
        sentence = "Node is not installed, so the lessons' JavaScript is not tested. Install it (Debian: apt install nodejs)."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)

    def ask(module: str, *calls: list) -> list[Any]:
        question = json.dumps({"module": module, "calls": calls})
        done = subprocess.run([node, str(HERE / "live.mjs")], input=question, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask
