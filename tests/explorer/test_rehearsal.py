"""The rehearsal runs the script of every page in Streamlit's own runtime, leaves no visitor behind, and learns what pages are made of."""

import asyncio
import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.cache_storage_manager_config import create_default_cache_storage_manager

from explorer.browser.assets import data_path
from explorer.serving import pieces, rehearsal

PAGE = """
import pathlib
import time
import streamlit as st

def page(name):
    def run():
        st.title(name)
        revealed = name + "_revealed" in st.query_params
        latent = st.query_params.get("kl_latent", "")
        st.markdown("$x$") if name == "kl" else st.radio("Which?", ["a", "b"])
        with st.expander("More"):
            st.slider("How much?")
        if revealed:
            st.text_input("What?")
        time.sleep({pause})
        with pathlib.Path({log!r}).open("a") as log:
            log.write(name + "," + str(revealed) + latent + "\\n")
    return run

paths = ("home", "kl", "nash")
st.navigation([st.Page(page(path), url_path=path, title=path, default=path == "home") for path in paths]).run()
"""


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Rehearse an app of three pages and a plan; gives what the rehearsal says, the pages that ran, and how many visitors are left."""
    monkeypatch.setenv(rehearsal.REHEARSE, "1")
    monkeypatch.setattr(rehearsal, "FIRST", 0)
    monkeypatch.setattr(pieces, "_kinds", defaultdict(dict))
    asks = SimpleNamespace(blocks={"predict": "?"}, facts={"rehearse": "kl_latent=2, kl_latent=3"})
    plain = SimpleNamespace(blocks={}, facts={})
    said = {"home": plain, "kl": asks, "nash": plain}
    found = {path: SimpleNamespace(path=path, words=words) for path, words in said.items()}
    monkeypatch.setattr(rehearsal.places, "PLACES", found)
    steps = [SimpleNamespace(open=address) for address in ("nash", "kl?kl_latent=4", "nash")]
    monkeypatch.setattr(rehearsal.shipped, "shipped", lambda: {"45": SimpleNamespace(steps=steps)})

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


def test_every_page_runs_also_with_what_it_covers_and_what_it_names_and_no_visitor_is_left(opened):
    runs = ["home,False", "kl,False", "kl,True", "kl,True2", "kl,True3", "nash,False"]
    runs += ["nash,False", "kl,False4"]  # the plan's steps, each once
    assert opened() == (["home", "kl", "nash"], runs, 0)


def test_it_learns_what_a_page_shows_at_first_and_nothing_that_is_folded_or_covered(opened):
    opened()
    learned = {page: {name.split(".")[0] for name in pieces.of(page)} for page in ("", "kl", "nash", "em")}
    assert "Radio" in learned[""]
    assert "Radio" in learned["nash"]
    assert "rehype-katex" in learned["kl"]
    assert not {"Radio", "Slider", "TextInput"} & learned["kl"]
    assert learned["em"] == set()


def test_it_learns_which_models_the_first_part_of_a_page_fetches_at_once(monkeypatch):
    monkeypatch.setattr(pieces, "_bodies", {})
    a, b, c, d, e = (data_path(name) for name in "abcde")
    models = [{"weights": a, "codes": b, "stds": c}, {"weights": a}]
    first = {"models": models, "series": {"weights": d}, "encoder": e, "words": {"weights": "decoder of this model"}}
    reader = pieces.Reader("kl")
    for told in (first, {"weights": data_path("second part")}):
        message = ForwardMsg()
        message.delta.new_element.bidi_component.json = json.dumps(told)
        reader.read(message)
    assert pieces.bodies("kl") == [a, b, e]
    assert pieces.bodies("em") == []


def test_a_kinds_files_are_all_that_streamlits_own_code_asks_for_with_it():
    named = (pieces.STATIC / "index.html").read_text(encoding="utf-8")
    found = pieces.module("Radio")
    assert found[0].startswith("Radio.")
    for name in found:
        asked = re.findall(r'"\./([\w.-]+\.js)"', (pieces.CODE / name).read_text(encoding="utf-8"))
        assert all(each in found or each in named for each in asked)
    assert pieces.module("NoSuchKind") == ()


def test_it_can_be_left_out(opened, monkeypatch):
    monkeypatch.setenv(rehearsal.REHEARSE, "0")
    assert opened() == ([], [], 0)


def test_a_page_that_takes_too_long_is_named_and_left(opened, monkeypatch, caplog):
    monkeypatch.setattr(rehearsal, "PATIENCE", 0.05)
    said, _, left = opened(pause=0.4)
    assert (said, left) == ([], 0)
    assert "The page kl was not ready" in caplog.text
