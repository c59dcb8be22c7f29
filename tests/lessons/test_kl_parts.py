"""The KL's parts against torch.distributions and autograd; where descent leads against what calculus says."""

from itertools import chain, combinations
from math import exp, log

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from lessons.kl import parts as kl_parts
from lessons.kl.parts import PARTS, Destination
from vae.model import posterior as core
from vae.model.posterior import KLParts, Posterior, kl_per_dimension

SWITCHES = list(chain.from_iterable(combinations(PARTS, count) for count in range(4)))


def parts_at(mu: torch.Tensor, log_sigma: torch.Tensor) -> KLParts:
    return core.kl_parts(Posterior(mu, 2 * log_sigma))


@pytest.fixture
def grid() -> tuple[torch.Tensor, torch.Tensor]:
    mu, log_sigma = torch.meshgrid(torch.linspace(-3, 3, 13), torch.linspace(-2.5, 1.2, 12), indexing="ij")
    return mu.double(), log_sigma.double()


def test_the_parts_add_up_to_the_divergence(grid):
    mu, log_sigma = grid
    oracle = kl_divergence(Normal(mu, log_sigma.exp()), Normal(torch.zeros_like(mu), torch.ones_like(mu)))
    torch.testing.assert_close(parts_at(mu, log_sigma).total(), oracle, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("on", SWITCHES, ids="+".join)
def test_slopes_are_those_of_autograd_for_any_parts(on):
    for at in ((1.5, -0.7), (-2.0, 0.4), (0.0, 0.0)):
        mu, log_sigma = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in at)
        parts = parts_at(mu, log_sigma)
        total = sum((getattr(parts, name) for name in on), start=0 * (mu + log_sigma))
        oracle = torch.autograd.grad(total, (mu, log_sigma))
        assert kl_parts.slopes(*at, on) == pytest.approx([float(slope) for slope in oracle], abs=1e-12)


def test_each_part_alone_pulls_on_one_coordinate_only():
    assert [kl_parts.slopes(2.0, log(0.5), (name,)) for name in PARTS] == [(2.0, 0.0), (0.0, pytest.approx(0.25)), (0.0, -1.0)]


@pytest.mark.parametrize("on", SWITCHES, ids="+".join)
def test_no_step_of_descent_raises_what_is_switched_on(on):
    path = torch.tensor(kl_parts.descend(2.5, 1.0, on, steps=300), dtype=torch.float64)  # (T, 2)
    parts = parts_at(path[:, 0], path[:, 1])
    total = sum((getattr(parts, name) for name in on), start=torch.zeros(len(path), dtype=torch.float64))
    assert (total.diff() <= 1e-12).all()


def test_descent_on_the_width_alone_shrinks_as_its_differential_equation_says():
    """d s / d t = -exp(2 s) has the solution exp(-2 s) = exp(-2 s0) + 2 t."""
    end = kl_parts.descend(0.0, -1.0, ("width",), steps=2_000)[-1][1]
    assert exp(-2 * end) == pytest.approx(exp(2) + 2 * kl_parts.RATE * 2_000, rel=5e-3)


@pytest.mark.parametrize(
    ("on", "where"),
    [
        (PARTS, Destination("home", "home")),
        (("mean", "width"), Destination("home", "zero")),
        (("mean", "entropy"), Destination("home", "infinity")),
        (("width", "entropy"), Destination("stays", "home")),
        (("mean",), Destination("home", "stays")),
        ((), Destination("stays", "stays")),
    ],
)
def test_where_descent_leads(on, where):
    for start in ((1.5, log(0.5)), (-2.0, 0.8)):
        assert kl_parts.destination(on, *start) == where


def test_what_is_measured_is_the_models_own_kl():
    posterior = Posterior(
        torch.randn(50, 4, generator=torch.Generator().manual_seed(1)), torch.linspace(-3, 1, 200).view(50, 4)
    )
    torch.testing.assert_close(kl_parts.measured(posterior).sum(0), kl_per_dimension(posterior).mean(0))
    with pytest.raises(ValueError, match="no KL"):
        kl_parts.measured(Posterior(posterior.mean, None))


def test_the_browser_computes_what_python_does(in_javascript):
    places = [(1.5, -0.7), (-2.0, 0.4), (0.3, -2.5)]
    asked = [(mu, s, on) for mu, s in places for on in SWITCHES]
    sets = [{"set": list(on)} for _, _, on in asked]
    got = in_javascript(
        "lessons/kl/kl_maths",
        *(["parts", mu, s] for mu, s in places),
        *(["slopes", mu, s, on] for (mu, s, _), on in zip(asked, sets, strict=True)),
        *(["step", mu, s, on] for (mu, s, _), on in zip(asked, sets, strict=True)),
    )
    for (mu, s), found in zip(places, got, strict=False):
        expected = parts_at(torch.tensor(mu, dtype=torch.float64), torch.tensor(s, dtype=torch.float64))
        assert found == pytest.approx({name: float(value) for name, value in expected._asdict().items()})
    slopes, steps = got[3 : 3 + len(asked)], got[3 + len(asked) :]
    for (mu, s, on), slope, step in zip(asked, slopes, steps, strict=True):
        assert slope == pytest.approx(kl_parts.slopes(mu, s, on))
        assert (step or [mu, s]) == pytest.approx(kl_parts.descend(mu, s, on, steps=1)[-1])


def test_lines_of_equal_height_lie_at_that_height(in_javascript):
    """On a plane z = 2 x + 3 y, linear interpolation along cells' edges is exact."""
    columns, rows = 9, 7
    field = [2 * (i % columns) + 3 * (i // columns) for i in range(columns * rows)]
    (segments,) = in_javascript("explorer/lesson/js/isolines", ["isolines", field, columns, rows, 13.5])
    assert len(segments) > 5
    for x0, y0, x1, y1 in segments:
        assert (2 * x0 + 3 * y0, 2 * x1 + 3 * y1) == pytest.approx((13.5, 13.5))
