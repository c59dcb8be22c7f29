"""Links that were copied, and runs that were trained, by the version before this one still open.

before/links.json holds an address of every page, and before/runs.sqlite.gz a run store, both as that version wrote them. Its
autoencoder carries a weight of the KL and free bits, which a new one would be refused; they had no effect.
"""

import gzip
import json
from pathlib import Path

import pytest
from app_driver import sentences, visit

from explorer.runs.store import Store

BEFORE = Path(__file__).resolve().parent / "before"
LINKS = json.loads((BEFORE / "links.json").read_text(encoding="utf-8"))
RUN = "hrrS0yqvW9ycoioWQTP9yA"
RECONSTRUCTION = [27.444389, 27.408955, 27.389734]  # of the VAE, nats per validation image
KL = [0.120607, 0.010741, 0.011974]


@pytest.mark.parametrize("path", LINKS)
def test_a_link_from_before_opens_the_same_view(path):
    app = visit(path, **LINKS[path])
    assert sentences(app) == []
    said = dict(LINKS[path])
    if path == "fails":  # its address names no failure before the reveal
        assert app.session_state["fails_case"] == said.pop("fails_case")
    assert app.query_params.items() >= said.items()


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "runs.sqlite"
    path.write_bytes(gzip.decompress((BEFORE / "runs.sqlite.gz").read_bytes()))
    return path


def test_a_run_database_from_before_is_read_in_full(place):
    store = Store(f"sqlite:///{place}")
    (run,) = store.runs("ann")
    assert (run.id, run.name, run.state, run.images_seen) == (RUN, "Kept from before", "done", 512)
    ae, vae = run.recipes
    assert (ae.spec.kind, ae.settings.beta, ae.settings.free_bits) == (
        "ae",
        1.0,
        0.0,
    )  # an autoencoder has no KL: what was said of it is left out
    assert (vae.spec.kind, vae.spec.encoder_widths, vae.settings.beta) == ("vae", (8,), 4.0)
    losses = [moment.records[1].validation for moment in store.records(RUN)]
    assert [loss.reconstruction for loss in losses] == pytest.approx(RECONSTRUCTION, abs=1e-5)
    assert [loss.kl for loss in losses] == pytest.approx(KL, abs=1e-5)
    assert store.snapshots(RUN) == [0, 1, 2]
    assert float(store.weights(RUN)[1]["decoder.0.bias"].sum()) == pytest.approx(-1.1216774, abs=1e-6)
    store.close()


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_model_of_a_run_from_before_opens_on_a_page(place, kind, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place}")
    app = visit("explore", model=f"{RUN}.{kind}")
    assert sentences(app) == []
    assert app.query_params["model"] == f"{RUN}.{kind}"
