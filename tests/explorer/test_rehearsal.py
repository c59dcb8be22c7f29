"""The rehearsal runs the script of every page in Streamlit's own runtime, and leaves no visitor behind."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.cache_storage_manager_config import create_default_cache_storage_manager

from explorer.serving import rehearsal

PAGE = """
import pathlib
import time
import streamlit as st

def page(name):
    def run():
        st.title(name)
        time.sleep({pause})
        with pathlib.Path({log!r}).open("a") as log:
            log.write(name + "\\n")
    return run

paths = ("home", "kl", "nash")
st.navigation([st.Page(page(path), url_path=path, title=path, default=path == "home") for path in paths]).run()
"""


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Rehearse an app of three pages; gives what the rehearsal says, the pages that ran, and how many visitors are left."""
    monkeypatch.setenv(rehearsal.REHEARSE, "1")
    monkeypatch.setattr(rehearsal, "FIRST", 0)
    paths = ("home", "kl", "nash")
    monkeypatch.setattr(rehearsal.places, "PLACES", {path: SimpleNamespace(path=path) for path in paths})

    def rehearse(pause: float = 0.0):
        script, log = tmp_path / "app.py", tmp_path / "log"
        script.write_text(PAGE.format(pause=pause, log=str(log)))
        log.write_text("")

        async def whole():
            runtime = Runtime(
                RuntimeConfig(
                    script_path=str(script),
                    media_file_storage=MemoryMediaFileStorage("/media"),
                    uploaded_file_manager=MemoryUploadedFileManager("/upload"),
                    cache_storage_manager=create_default_cache_storage_manager(),
                    session_storage=MemorySessionStorage(),
                )
            )
            await runtime.start()
            said = await rehearsal.rehearse()
            left = runtime._session_mgr.num_active_sessions()
            runtime.stop()
            await runtime.stopped
            return said, left

        try:
            with ThreadPoolExecutor(1) as apart:  # tests of a browser leave a running loop in this thread
                said, left = apart.submit(asyncio.run, whole()).result()
        finally:
            Runtime._instance = None
        return said, log.read_text().split(), left

    return rehearse


def test_every_page_runs_once_and_no_visitor_is_left(opened):
    assert opened() == (["home", "kl", "nash"], ["home", "kl", "nash"], 0)


def test_it_can_be_left_out(opened, monkeypatch):
    monkeypatch.setenv(rehearsal.REHEARSE, "0")
    assert opened() == ([], [], 0)


def test_a_page_that_takes_too_long_is_named_and_left(opened, monkeypatch, caplog):
    monkeypatch.setattr(rehearsal, "PATIENCE", 0.05)
    said, _, left = opened(pause=0.4)
    assert (said, left) == ([], 0)
    assert "The page kl was not ready" in caplog.text
