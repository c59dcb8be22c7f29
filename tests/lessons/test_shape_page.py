"""The page on the shape of latent space: what it measures, and how a student and a link use it."""

import re
from functools import partial

import numpy as np
import pytest
from app_driver import canvas, choose, markup, press, sentences, unmarked, visit
from scipy.spatial import cKDTree
from scipy.stats import chi2

from lessons.shape import figures, screen
from vae import checkpoints
from vae.measuring import metrics
from vae.measuring.aggregate import farther
from vae.streams import Purpose, normal

NAME = "mnist-vae-2d"


def text(app) -> str:
    return re.sub(r"<[^>]+>", "", markup(app))


def test_the_trained_vae_is_best_at_its_own_width_and_a_point_is_infinitely_costly():
    assert screen.best_spread(NAME) == pytest.approx(1.0, abs=0.11)
    assert screen.grows_without_end(NAME)


def test_the_curve_at_spread_one_is_the_bound_that_metrics_measures(mnist):
    from explorer.models import trained
    from vae.data import Split

    told = screen.live_facts(NAME)["curve"]
    (at_one,) = (moment for moment in told if moment["spread"] == 1.0)
    count = screen.MEASURED
    bound = metrics.bound(trained.get(NAME).model, Split(mnist.test.images[:count], mnist.test.labels[:count]))
    assert at_one["kl"] == pytest.approx(bound.kl, abs=1e-3)
    assert at_one["reconstruction"] == pytest.approx(bound.reconstruction, abs=0.5)  # both are sampled
    assert screen.live_facts(NAME)["measured"] == count  # and the page says so
    assert told[0] == {"spread": 0.0, "reconstruction": told[0]["reconstruction"], "kl": None}


def test_the_page_says_what_was_measured_and_follows_a_link():
    app = visit("shape", shape_latents="10", shape_dims="100", shape_at="0", shape_revealed="1")
    assert not sentences(app)
    assert canvas(app)["start"]["at"] == 0
    shares = {kind: screen.landing(f"mnist-{kind}-10d").landing.empty_share for kind in ("ae", "vae")}
    assert f"VAE: {shares['vae']:.1%} of 10,000 draws land in empty space" in text(app)
    assert f"Autoencoder: {shares['ae']:.1%} of 10,000 draws land in empty space" in text(app)
    assert "What happens: It grows without end" in text(app)
    assert f"2 latents: {screen.filled_share(2):.1%}" in text(app)
    ends = screen.reconstructions(NAME)
    assert ends["point"] < ends["own"]
    assert f"from {ends['own']:.1f} to {ends['point']:.1f} nats" in unmarked("".join(block.value for block in app.markdown))


@pytest.mark.parametrize("name", ["mnist-ae-2d", "mnist-vae-2d", "mnist-vae-20d"])
def test_the_page_and_the_table_of_measures_say_the_same_of_a_model(name):
    """The same codes and the same draws, not a smaller sample."""
    written = checkpoints.load_measures(checkpoints.SHIPPED / name, metrics.Measures)
    assert screen.landing(name).landing.empty_share == pytest.approx(written.empty_share, abs=5e-4)


def test_the_outline_of_the_histograms_is_the_exact_share_of_each_bin():
    """Codes that are draws from the prior fill it, bin by bin."""
    codes, draws = (normal(purpose, 4_000, 2).numpy() for purpose in (Purpose.CODES, Purpose.PRIOR))
    nearest = cKDTree(codes).query(draws)[0]
    figure = figures.landings({"ae": nearest, "vae": nearest}, partial(farther, count=4_000, latent_dim=2), 0.1)
    bars, outline = figure.data[0], figure.data[-1]
    assert sum(outline.y) == pytest.approx(1)
    assert np.abs(np.array(bars.y) - np.array(outline.y)).max() < 0.02


@pytest.mark.parametrize("dims", [2, 50, 100])
def test_what_is_said_of_draws_near_the_origin_follows_the_dimensions(dims):
    near = int((screen.norms(dims) <= (dims / 2) ** 0.5).sum())
    share = chi2.cdf(dims / 2, dims)
    assert near == pytest.approx(screen.LENGTHS * share, abs=4 * (screen.LENGTHS * share) ** 0.5 + 0.5)
    (said,) = (block.value for block in visit("shape", shape_dims=str(dims)).caption if "right angles" in block.value)
    assert (
        f"In {dims} dimensions about one draw in {float(f'{1 / share:.2g}'):,.0f} is that near the origin; of the 2,000 drawn here, {near:,}."
        in said
    )


def test_a_prediction_is_compared_and_kept():
    app = visit("shape")
    choose(app, "shape_predicted", "It hardly changes")
    press(app, "Reveal")
    assert "You predicted: It hardly changes. What happens: It grows without end" in text(app)
    choose(app, "shape_latents", 2)
    assert "You predicted: It hardly changes." in text(app)


def test_values_between_those_offered_come_to_the_nearest():
    app = visit("shape", shape_latents="12", shape_dims="90")
    assert app.session_state["shape_latents"] == 10
    assert app.session_state["shape_dims"] == 100


def test_what_the_live_part_reports_is_in_the_address_and_opens_again():
    link = {"shape_at": "3", "shape_layers": "ellipses,ae", "shape_x": "-1.5", "shape_y": "0.25", "shape_reach": "3.1"}
    app = visit("shape", **link)
    assert not sentences(app)
    assert canvas(app)["start"] == {"at": 3, "layers": ["ellipses", "ae"], "x": -1.5, "y": 0.25, "reach": 3.1}
    assert app.query_params.items() >= link.items()
