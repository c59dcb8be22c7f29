"""The lessons' JavaScript, asked under Node."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def in_javascript(javascript) -> Callable[..., list[Any]]:
    """Calls functions of a module: in_javascript("lessons/kl/kl_maths", ["parts", 1.5, -0.7], ...) -> their results."""
    return lambda module, *calls: javascript(f"{module}.js", *calls)
