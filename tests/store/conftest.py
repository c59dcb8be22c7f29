"""The same store tests run on SQLite and on PostgreSQL, each with an empty store of its own."""

from collections.abc import Callable, Iterator

import postgres
import pytest

from explorer.runs.store import Store
from explorer.runs.store.classes import Classes

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


@pytest.fixture(params=KINDS)
def url(request, tmp_path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs.db'}"
    return request.getfixturevalue("server").database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    kept = Store(url)
    yield kept
    kept.close()


@pytest.fixture
def kept(store: Store) -> Classes:
    """The classes of that store."""
    return Classes(store)


@pytest.fixture
def another(url: str) -> Iterator[Callable[[], Store]]:
    """Opens the same database again, as another process would."""
    opened: list[Store] = []

    def again() -> Store:
        opened.append(Store(url))
        return opened[-1]

    yield again
    for kept in opened:
        kept.close()
