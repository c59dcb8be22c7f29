"""The GAN on a line against SciPy's quadrature, autograd, closed forms, and what Goodfellow et al. 2014 prove."""

from itertools import product
from math import exp, inf, log

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from lessons.nash import duel
from lessons.nash.duel import DATA, LOSSES, Generator, Mixture

PLACES = [(0.0, 0.0), (0.7, -0.4), (-2.0, log(0.5)), (3.0, 0.6), (5.5, -1.2)]
CASES = list(product(DATA, PLACES))


def generator(centre: float, log_width: float, grad: bool = False) -> Generator:
    return Generator(*(torch.tensor(v, dtype=torch.float64, requires_grad=grad) for v in (centre, log_width)))


def best_discriminator(mixture: Mixture, q: Generator, x: Tensor) -> Tensor:
    """D*(x) = p(x) / (p(x) + q(x)), (N,): no other discriminator has a higher value (Goodfellow et al. 2014, proposition 1)."""
    return torch.sigmoid(duel.log_density(mixture, x) - duel.log_generator(q, x))


def js_divergence(mixture: Mixture, q: Generator) -> Tensor:
    """JSD(p, q) = KL(p || (p + q)/2) / 2 + KL(q || (p + q)/2) / 2, (), between 0 and log 2."""
    x = duel.grid(q)
    log_p, log_q = duel.log_density(mixture, x), duel.log_generator(q, x)
    log_middle = torch.logaddexp(log_p, log_q) - log(2)
    return 0.5 * torch.trapezoid(log_p.exp() * (log_p - log_middle) + log_q.exp() * (log_q - log_middle), x)


def reverse_kl(mixture: Mixture, q: Generator) -> Tensor:
    """KL(q || p), ()."""
    x = duel.grid(q)
    log_q = duel.log_generator(q, x)
    return torch.trapezoid(log_q.exp() * (log_q - duel.log_density(mixture, x)), x)


def density(name: str, x: float) -> float:
    return float(sum(w * norm.pdf(x, m, s) for w, m, s in DATA[name]))


@pytest.mark.parametrize(("name", "place"), CASES)
def test_the_value_is_what_another_quadrature_gives_and_twice_the_divergence_less_log_four(name, place):
    q = generator(*place)

    def of(x: float) -> float:
        p, g = density(name, x), norm.pdf(x, place[0], exp(place[1]))
        return (p * log(p / (p + g)) if p > 0 else 0.0) + (g * log(g / (p + g)) if g > 0 else 0.0)

    spots = [place[0], -2.0, 0.0, 2.0]
    assert float(duel.value(DATA[name], q)) == pytest.approx(quad(of, -20, 20, points=spots, limit=400)[0], abs=1e-8)
    assert float(duel.value(DATA[name], q)) == pytest.approx(2 * float(js_divergence(DATA[name], q)) - log(4), abs=1e-10)


def test_at_the_equilibrium_the_value_is_minus_log_four_and_the_discriminator_cannot_tell():
    q = generator(0.0, 0.0)
    assert float(duel.value(DATA["one"], q)) == pytest.approx(-log(4), abs=1e-12)
    seen = best_discriminator(DATA["one"], q, torch.linspace(-5, 5, 11, dtype=torch.float64))
    torch.testing.assert_close(seen, torch.full_like(seen, 0.5))
    for loss in LOSSES:
        assert duel.slopes(DATA["one"], 0.0, 0.0, loss) == pytest.approx((0.0, 0.0), abs=1e-12)


@pytest.mark.parametrize(("name", "place"), CASES)
def test_the_value_lies_between_minus_log_four_and_zero(name, place):
    assert -log(4) - 1e-12 <= float(duel.value(DATA[name], generator(*place))) <= 0
    far = generator(60.0, 0.0)
    assert float(duel.value(DATA[name], far)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("name", "place"), CASES)
def test_no_other_discriminator_has_a_higher_value(name, place):
    q = generator(*place)
    x = duel.grid(q)
    p, g = duel.log_density(DATA[name], x).exp(), duel.log_generator(q, x).exp()
    best = best_discriminator(DATA[name], q, x)
    noise = torch.Generator().manual_seed(0)

    def of(seen: torch.Tensor) -> float:
        gain = p * seen.clamp(1e-300, 1).log() + g * (1 - seen).clamp(1e-300, 1).log()
        return float(torch.trapezoid(gain, x))

    highest = of(best)
    assert highest == pytest.approx(float(duel.value(DATA[name], q)), abs=1e-6)
    for _ in range(20):
        bump = torch.randn((), generator=noise) * torch.exp(-((x - 4 * torch.randn((), generator=noise)) ** 2))
        assert of(torch.sigmoid(torch.logit(best, eps=1e-15) + 0.5 * bump)) <= highest + 1e-12


@pytest.mark.parametrize(("name", "place"), CASES)
def test_slopes_are_those_of_the_divergences_that_theory_names(name, place):
    """Minimax: twice the Jensen-Shannon divergence. Non-saturating: KL(q || p) less that (Arjovsky & Bottou 2017, theorem 2.5)."""
    for loss in LOSSES:
        q = generator(*place, grad=True)
        twice = 2 * js_divergence(DATA[name], q)
        goal = twice if loss == "minimax" else reverse_kl(DATA[name], q) - twice
        oracle = [float(slope) for slope in torch.autograd.grad(goal, (q.centre, q.log_width))]
        assert duel.slopes(DATA[name], *place, loss) == pytest.approx(oracle, abs=1e-7, rel=1e-6)


def test_the_reverse_kl_is_torchs_for_gaussians():
    for centre, log_width in PLACES:
        oracle = kl_divergence(Normal(centre, exp(log_width)), Normal(0.0, 1.0))
        assert float(reverse_kl(DATA["one"], generator(centre, log_width))) == pytest.approx(float(oracle), rel=1e-5)


@pytest.mark.parametrize("name", DATA)
def test_densities_are_scipys_and_hold_all_of_the_chance(name):
    x = torch.linspace(-6, 6, 7, dtype=torch.float64)
    expected = [density(name, float(v)) for v in x]
    np.testing.assert_allclose(duel.log_density(DATA[name], x).exp(), expected)
    assert quad(lambda v: density(name, v), -inf, inf)[0] == pytest.approx(1)


def test_with_one_mode_both_losses_lead_to_the_data_and_from_afar_minimax_hardly_moves():
    for loss in LOSSES:
        assert duel.descend(DATA["one"], 1.5, 0.5, loss, 300)[-1] == pytest.approx((0, 0), abs=1e-3)
    minimax, other = (abs(duel.slopes(DATA["one"], 6.0, -1.0, loss)[0]) for loss in LOSSES)
    assert minimax < 0.01 < 5 < other


def test_with_two_modes_the_generator_ends_on_one():
    centre, log_width = duel.descend(DATA["two"], 1.0, 0.0, "non-saturating", 300)[-1]
    assert (centre, exp(log_width)) == pytest.approx((2.0, 0.5), abs=0.01)
    assert float(duel.value(DATA["two"], generator(centre, log_width))) > -log(4) + 0.1


def test_the_browser_computes_what_python_does(in_javascript):
    calls = []
    for name, (centre, log_width) in CASES:
        mixture = DATA[name]
        calls += [["value", mixture, centre, log_width], ["bestDiscriminator", mixture, centre, log_width, 0.8]]
        calls += [[what, mixture, centre, log_width, loss] for what in ("slopes", "descend") for loss in LOSSES]
    got = iter(in_javascript("lessons/nash/duel_maths", *calls))
    for name, place in CASES:
        q = generator(*place)
        assert next(got) == pytest.approx(float(duel.value(DATA[name], q)), abs=1e-10)
        seen = best_discriminator(DATA[name], q, torch.tensor(0.8, dtype=torch.float64))
        assert next(got) == pytest.approx(float(seen))
        for loss in LOSSES:
            assert next(got) == pytest.approx(duel.slopes(DATA[name], *place, loss), abs=1e-9)
        for loss in LOSSES:
            assert next(got) == pytest.approx(duel.descend(DATA[name], *place, loss, 1)[-1], abs=1e-9)
