"""Drive the app in this process through Streamlit's AppTest, starting with its navigation script, as a visitor would."""

import base64
import gzip
import hashlib
import html
import io
import json
import logging
import re
import shutil
from functools import cache, partial
from pathlib import Path
from unittest import mock

import numpy as np
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.browser import bodies
from explorer.models import run_models, trained
from explorer.page import state
from explorer.runs.store import Run, address, store
from explorer.runs.worker import train_run
from vae import checkpoints, data
from vae.learning.training import Training, prepare

ROOT = Path(__file__).resolve().parent.parent
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel("ERROR")  # it warns of every AppTest
PAIR = {"ae": "mnist-ae-2d", "vae": "mnist-vae-2d"}


def visit(path: str, /, **link: str) -> AppTest:
    """Open a page as a new visitor, by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "explorer" / "serving" / "navigation.py"), default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    return go(app, path)


@cache
def seen(path: str) -> AppTest:
    """A page as a new visitor finds it, opened once for all tests that only read it."""
    return visit(path)


def owner_of(app: AppTest) -> str:
    """The id under which the store keeps what the visitor owns."""
    return hashlib.sha256(app.session_state["owner"].encode()).hexdigest()[:32]


def go(app: AppTest, path: str) -> AppTest:
    """Turn to another page as the same visitor."""
    app.switch_page(str(ROOT / "pages" / f"{path}.py"))
    return run(app)


def run(app: AppTest) -> AppTest:
    """Run the script after a change. No page may ever show a traceback.

    AppTest asks for the labels of menus outside the visitor's session, where the visitor's own models have no label. So it is made to
    ask beforehand, inside the session.
    """
    own = {key: app.session_state[key] for key in ("owner", run_models.OPENED, state.ONCE) if key in app.session_state}
    with mock.patch.object(st, "session_state", own):
        states = app._tree.get_widget_states()
    app._tree.get_widget_states = lambda: states
    app.run()
    assert not app.exception, app.exception[0]
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    (button,) = (b for b in app.button if b.label == label)
    button.click()
    return run(app)


def choose(app: AppTest, key: str, value) -> AppTest:
    """Set the widget with this key."""
    app.get_by_key(key).set_value(value)
    return run(app)


def own_label(app: AppTest, key: str = "model") -> str:
    """The label of the visitor's own model in a menu; fails unless there is exactly one."""
    (label,) = (option for option in app.selectbox(key=key).options if "yours" in option)
    return label


def sentences(app: AppTest) -> list[str]:
    """What the page says in warnings and errors, as a reader sees it."""
    return [as_read(message.value) for message in (*app.warning, *app.error)]


def as_read(text: str) -> str:
    """Words of a visitor as they stand on the screen: without what keeps them from being Markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("\u2060", "")


def unmarked(text: str) -> str:
    """Words of a page without the links that lead from a term to the glossary."""
    return re.sub(r"\[([^\]]*)\]\(glossary#[\w-]+\)|<a href=\\?\"glossary#[\w-]+\\?\">(.*?)</a>", r"\1\2", text)


def markup(app: AppTest) -> str:
    """The HTML that the page draws itself, without style sheets."""
    return "".join(block.value for block in app.html if "<style>" not in block.value)


def code(app: AppTest) -> list[str]:
    """The code that the page shows, block by block."""
    blocks = re.findall(r'<div class="le-code"><pre><code>(.*?)</code></pre>', markup(app), re.DOTALL)
    return [html.unescape(re.sub("<[^>]+>", "", block)) for block in blocks]


def figures(app: AppTest) -> dict[str, dict]:
    """The Plotly figures of the page, by their keys, as the browser fetches them; `alt` says what they show."""
    found = {}
    for written in re.findall(r'<div class="le-figure" ([^>]*)>', markup(app)):
        facts = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', written)}
        contents = gzip.decompress(bodies.kept(facts["data-figure"].rpartition("/")[2]))
        found[facts["data-key"]] = {**json.loads(contents), "alt": facts["aria-label"]}
    return found


def pictures(text: str) -> list[np.ndarray]:
    """The pictures inside HTML, in order."""
    found = re.findall(r'<img[^>]* src="data:image/png;base64,([^"]+)"', text)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(content)))) for content in found]


def shown(app: AppTest) -> np.ndarray:
    """All pictures of the page, in order (N, H, W)."""
    return np.stack(pictures(markup(app)))


def parts(app: AppTest) -> list[dict]:
    """What the page tells its parts in the browser, in order."""
    return [json.loads(part.proto.json) for part in app.get("bidi_component")]


def canvas(app: AppTest) -> dict:
    """What the page tells the canvas, its only part in the browser."""
    (found,) = parts(app)
    return found


def start(app: AppTest, /, **settings) -> Run:
    """Start a short run on the 8 x 8 digits on the page Train, with these form values; returns the run, which waits in the queue."""
    go(app, "train")
    for name, value in {"data": "digits", "images": 30_000, **settings}.items():
        app.get_by_key(name).set_value(value)
    press(app, "Start training")
    return stored(app.session_state["run"])


def stored(run_id: str) -> Run:
    """The run as the store has it now."""
    run = store().get(run_id)
    assert run is not None
    return run


def serve() -> None:
    """Train everything that waits in the queue, in this process, as a worker does."""
    while run := store().claim("test", per_owner=9):
        train_run(run.id, run.attempt, address())


def begin(run: Run, moments: int, note: str = "", step: bool = False) -> None:
    """Train the first moments of a waiting run as a worker does, without ending it. The last moment may have a note and a step."""
    claimed = store().claim(f"half of {run.id}", per_owner=9)
    assert claimed is not None
    assert claimed.id == run.id
    store().begin(run.id, claimed.attempt)
    dataset = data.load(run.recipes[0].settings.dataset)
    models = [prepare(spec, settings, dataset) for spec, settings in run.recipes]
    training = Training(models, [settings for _, settings in run.recipes], dataset, snapshots=True)
    for moment in range(moments):
        last = moment == moments - 1
        steps = training.step_and_compare() if step and last else ()
        weights = [model.state_dict() for model in models]
        store().write(run.id, training.record(), weights, note if last else "", steps)
        for _ in range(10):
            training.step()


def train(app: AppTest, /, **settings) -> Run:
    """Start a short run and train it to its end; the page is not drawn again."""
    waiting = start(app, **settings)
    serve()
    ended = stored(waiting.id)
    assert not ended.active
    return ended


def use_copies(tmp_path: Path, monkeypatch) -> Path:
    """Let the app read copies of two shipped pairs as its checkpoints, and return their folder. A test may damage the copies.

    What pages have computed from the originals is forgotten.
    """
    st.cache_data.clear()
    folder = tmp_path / "checkpoints"
    for name in ("mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d"):
        shutil.copytree(checkpoints.SHIPPED / name, folder / name)
    monkeypatch.setattr(checkpoints, "names", partial(checkpoints.names, folder))
    monkeypatch.setattr(checkpoints, "SHIPPED", folder)
    monkeypatch.setattr(trained, "SHIPPED", folder)
    return folder
