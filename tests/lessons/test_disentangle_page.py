"""The page Disentangle: what it says is what was measured, and its link opens the view again."""

import re
from dataclasses import replace

import pytest
import torch
from app_driver import canvas, choose, figures, markup, pictures, press, sentences, unmarked, visit

from explorer.page.pictures import grey
from lessons.disentangle import mig, models, screen, tables


def cells(app) -> list[list[str]]:
    """The numbers of the table of latents, row by row."""
    return [re.findall(r'<td role="cell" data-factor=[^>]*>([\d.]+)</td>', row) for row in markup(app).split("<tr")[2:]]


def test_the_table_shows_what_was_measured_of_each_latent_in_the_order_of_its_kl():
    app = visit("disentangle")
    assert not sentences(app)
    row = screen.of("beta-2")
    order = torch.tensor(row.kl_per_dim).argsort(descending=True)
    expected = [[f"{max(0.0, float(v)):.2f}" for v in line] for line in row.known().shares[order]]
    assert cells(app) == [*expected, [f"{float(v):.2f}" for v in mig.gaps(row.known())]]
    assert f"**{mig.mig(row.known()):.2f}** for this model" in "".join(c.value for c in app.caption)
    assert len(pictures(markup(app))) == models.LATENTS * tables.STEPS


def test_strips_start_where_the_canvas_is():
    z = [0.5, -1.0, 0.25, 0.0, 1.5, -0.75, 2.0, -0.125]
    app = visit("disentangle", dis_model="beta-4", dis_image="7", dis_z=",".join(map(str, z)), dis_latent="3")
    assert not sentences(app)
    assert canvas(app)["position"] == [z]
    assert app.query_params == {
        "dis_model": "beta-4",
        "dis_image": "7",
        "dis_z": "0.5,-1,0.25,0,1.5,-0.75,2,-0.125",
        "dis_latent": "3",
    }
    subject = screen.get("beta-4")
    strips = models.traversals(subject.model, torch.tensor(z), subject.order, subject.ranges, tables.STEPS)
    assert (pictures(markup(app))[0] == grey(strips[0])[0]).all()
    choose(app, "dis_model", "ae")  # another model: the same image at its own code
    assert canvas(app)["position"][0] == pytest.approx(screen.get("ae").posterior.mean[7].tolist())
    assert "dis_z" not in app.query_params


def test_layers_and_plane_of_the_canvas_are_in_the_address():
    link = {"dis_layers": "points,decoded", "dis_plane": "3,1"}
    app = visit("disentangle", **link)
    assert not sentences(app)
    assert canvas(app)["look"] == {"layers": ["points", "decoded"], "plane": "3,1"}
    assert app.query_params.items() >= link.items()


def test_the_reveal_says_where_the_gap_is_widest():
    app = press(visit("disentangle"), "Show without predicting")
    study = models.study(screen.rows())
    gap, best = study.gap, study.best
    assert 0 < best < len(models.BETAS) - 1
    said = unmarked("".join(m.value for m in app.markdown))
    assert f"**\u03b2 = {models.BETAS[best]:g}**: {float(gap[best].mean()):.2f} on average" in said
    assert study.ae.mean() < study.pca.mean() < study.binned[best].mean()
    assert len(figures(app)) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [("dis_model", "beta-3"), ("dis_image", "-1"), ("dis_z", "1,2"), ("dis_z", "1,2,3,4,5,6,7,nan"), ("dis_latent", "9")],
)
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("disentangle", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_missing_models_cost_a_sentence(tmp_path, monkeypatch):
    screen.get.clear()
    screen.rows.clear()
    monkeypatch.setattr(models, "SHELF", replace(models.SHELF, root=tmp_path))
    (said,) = sentences(visit("disentangle"))
    assert "python -m lessons disentangle" in said
