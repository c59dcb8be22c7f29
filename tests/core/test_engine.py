"""The engine against autograd, and what training promises: the same weights for the same seed, alone or in company."""

import itertools
from dataclasses import replace

import pytest
import torch

from vae.data import load
from vae.errors import Diverged
from vae.hardware import use_one_thread
from vae.learning.engine import Engine, supports
from vae.learning.objectives import objective, training_loss
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train, train_together
from vae.model.networks import build
from vae.model.spec import ModelSpec

SHAPE = (1, 8, 8)
WIDTHS = [((32,), (32,)), ((192, 96), (128, 128, 192)), ((7, 5, 3), (11,))]
CHANNELS = [((4,), (6,)), ((3, 6), (8, 4, 5))]
SPECS = [
    ModelSpec(kind, dims, "mlp", encoder, decoder, likelihood, observation_std=0.3, image_shape=SHAPE)
    for kind, dims, (encoder, decoder), likelihood in itertools.product(
        ("ae", "vae"), (1, 5), WIDTHS, ("bernoulli", "gaussian")
    )
] + [
    ModelSpec(kind, 5, "conv", encoder, decoder, likelihood, observation_std=0.3, image_shape=SHAPE)
    for kind, (encoder, decoder), likelihood in itertools.product(("ae", "vae"), CHANNELS, ("bernoulli", "gaussian"))
]
SPECS += [replace(spec, dense_width=7) for spec in SPECS if spec.architecture == "conv" and spec.likelihood == "bernoulli"]
SPECS += [replace(spec, activation=other) for spec in SPECS[1:-1:6] for other in ("relu", "tanh")]
BATCH = 24
use_one_thread()


def name(spec: ModelSpec) -> str:
    widths = "x".join(map(str, spec.encoder_widths + (spec.dense_width,) * bool(spec.dense_width)))
    return f"{spec.kind}-{spec.latent_dim}-{widths}-{spec.likelihood}-{spec.activation}"


def gradients(
    spec: ModelSpec, beta: float, compute: torch.dtype, samples: int = 1, corrupted: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient vector as the engine has it and as autograd has it, in the same order."""
    torch.manual_seed(0)
    model = build(spec, seed=3)
    images = torch.rand(BATCH, *SHAPE)
    inputs = torch.randn(BATCH, *SHAPE) if corrupted else images
    noise = torch.randn(*((samples,) if samples > 1 else ()), BATCH, spec.latent_dim)
    engine = Engine(model, BATCH, compute, samples=samples)
    flat, seen = (pixels.flatten(1).to(compute) for pixels in (images, inputs))
    epsilon = noise if spec.kind == "vae" else None
    if corrupted:
        engine.differentiate(flat, epsilon, beta, seen)
    else:
        engine.differentiate(flat, epsilon, beta)
    found = engine.parameters.grad
    assert found is not None
    training_loss(model, images, noise, beta, inputs=inputs).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.grad)
    return found, Engine(model, BATCH, torch.float32).parameters.detach()


@pytest.mark.parametrize("beta", [0.0, 1.0, 7.5])
@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_gradients_are_those_of_autograd(spec, beta):
    found, expected = gradients(spec, beta, torch.float32)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5 * float(expected.abs().max()))


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_gradients_of_a_denoising_model_are_those_of_autograd(spec, samples):
    samples = samples if spec.kind == "vae" else 1
    found, expected = gradients(spec, 1.0, torch.float32, samples, corrupted=True)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=2e-5 * float(expected.abs().max()))
    clean, _ = gradients(spec, 1.0, torch.float32, samples)
    assert not torch.allclose(found, clean, rtol=0.1)


@pytest.mark.parametrize("beta", [0.3, 1.0])
@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.kind == "vae"], ids=name)
def test_gradients_of_the_importance_weighted_bound_are_those_of_autograd(spec, beta):
    found, expected = gradients(spec, beta, torch.float32, samples=4)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=2e-5 * float(expected.abs().max()))


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_bfloat16_gradients_point_the_same_way(spec):
    """bfloat16 keeps 8 bits of a number: the whole gradient may be off by 3 % of its length."""
    found, expected = gradients(spec, 1.0, torch.bfloat16)
    assert float((found - expected).norm() / expected.norm()) < 0.03


@pytest.mark.parametrize("samples", [1, 4])
@pytest.mark.parametrize("beta", [0.3, 1.0])
def test_gradients_with_a_flow_as_the_prior_are_those_of_autograd(beta, samples):
    spec = ModelSpec("vae", 5, "mlp", (24,), (24,), prior="flow", prior_size=3, image_shape=SHAPE)
    model = build(spec, seed=3)
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in model.prior.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))  # far from the identity
    images, noise = torch.rand(BATCH, *SHAPE), torch.randn(*((samples,) if samples > 1 else ()), BATCH, 5)
    engine = Engine(model, BATCH, torch.float32, samples=4)
    engine.differentiate(images.flatten(1), noise, beta)
    found, of_prior = engine.parameters.grad, [parameter.grad.clone() for parameter in model.prior.parameters()]
    model.zero_grad()
    training_loss(model, images, noise, beta).backward()
    for ours, theirs in zip(of_prior, model.prior.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs.grad, rtol=1e-4, atol=1e-5 * float(theirs.grad.abs().max()))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.grad)
    expected = Engine(model, BATCH, torch.float32).parameters.detach()
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=2e-5 * float(expected.abs().max()))


def test_room_for_more_samples_changes_no_bit_of_a_step():
    """A run that takes importance samples later has the room for them from the start."""
    spec = ModelSpec("vae", 5, "mlp", (24,), (24,), image_shape=SHAPE)
    torch.manual_seed(0)
    images, noise = torch.rand(BATCH, *SHAPE).flatten(1), torch.randn(BATCH, spec.latent_dim)
    engines = [Engine(build(spec, seed=3), BATCH, torch.float32, samples=samples) for samples in (1, 4)]
    for engine in engines:
        for _ in range(3):
            engine.step(images, torch.zeros(BATCH), noise, 1.0, 3e-3)
    assert torch.equal(*(engine.parameters for engine in engines))


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_step_is_a_step_of_torch_adam(kind):
    spec = ModelSpec(kind, image_shape=SHAPE)
    model, twin = build(spec, seed=1), build(spec, seed=1)
    images, noise = torch.rand(BATCH, *SHAPE), torch.randn(BATCH, 2)
    engine = Engine(model, BATCH, torch.float32)
    adam = torch.optim.Adam(twin.parameters(), lr=3e-3, betas=(0.9, 0.99))
    for _ in range(5):
        engine.step(images.flatten(1), torch.zeros(BATCH), noise if kind == "vae" else None, 1.0, 3e-3)
        adam.zero_grad()
        objective(twin, images, noise).loss.backward()
        adam.step()
    engine.write_back()
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


def test_what_is_supported_and_what_is_left_to_autograd():
    conv = ModelSpec("vae", architecture="conv", encoder_widths=(8,), decoder_widths=(8,))
    assert supports(build(ModelSpec("vae")))
    assert supports(build(ModelSpec("vae", prior="flow", prior_size=2)))
    assert supports(build(conv))
    colours, classes = {"image_shape": (3, 28, 28)}, {"classes": 10}
    assert supports(build(ModelSpec("vae", **colours)))
    for model in (
        replace(conv, **colours),
        replace(conv, **classes),
        ModelSpec("vae", **classes),
        ModelSpec("vae", prior="vamp", prior_size=3),
    ):
        assert not supports(build(model))


def trained(kinds: list[str], seed: int = 0, architecture: str = "mlp") -> list[dict[str, torch.Tensor]]:
    widths = (16, 8)
    settings = TrainingSettings("digits", images=3_000, batch_size=50, seed=seed)
    data = load("digits")
    specs = [ModelSpec(kind, 2, architecture, widths, widths, image_shape=SHAPE) for kind in kinds]
    models = [prepare(spec, settings, data) for spec in specs]
    for _ in train_together(models, [settings] * len(models), data, records=3):
        pass
    return [model.state_dict() for model in models]


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_same_seed_same_weights(architecture):
    first, second, other = (trained(["vae"], seed, architecture)[0] for seed in (4, 4, 5))
    assert same(first, second)
    assert not same(first, other)


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_company_changes_nothing(architecture):
    together = trained(["ae", "vae"], architecture=architecture)
    alone = [trained([kind], architecture=architecture)[0] for kind in ("ae", "vae")]
    assert all(same(*pair) for pair in zip(together, alone, strict=True))


def test_closing_keeps_the_weights_of_the_last_record():
    data, settings = load("digits"), TrainingSettings("digits", images=3_000, batch_size=50)
    model = prepare(ModelSpec(image_shape=SHAPE), settings, data)
    run = train(model, settings, data, records=3)
    next(run)
    record = next(run)
    run.close()
    with torch.no_grad():
        noise = torch.randn(1_000, 2, generator=torch.Generator().manual_seed(settings.seed + 2))
        loss = objective(model, data.train.pixels(slice(1_000)), noise).loss
    assert float(loss) == pytest.approx(record.training.total, rel=1e-3)


def test_diverged_keeps_the_last_good_weights():
    data = load("digits")
    settings = TrainingSettings("digits", images=6_000, batch_size=50, learning_rate=10.0, warmup=1.0)
    model = prepare(ModelSpec(image_shape=SHAPE), settings, data)
    good: list[dict[str, torch.Tensor]] = []

    def watch() -> None:
        for _ in train(model, settings, data, records=60):
            good.append({name: value.clone() for name, value in model.state_dict().items()})

    with pytest.raises(Diverged, match="learning rate 10"):
        watch()
    assert len(good) > 1
    assert same(model.state_dict(), good[-1])
    assert all(value.isfinite().all() for value in model.state_dict().values())
