"""A model taken apart: its numbers against hooks, its counts against torch's, its fields against autograd, its favourites by brute force."""

import base64
import gzip
from math import prod

import numpy as np
import pytest
import torch
import travelling
from model_list import PLAIN, model_name
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from explorer.canvas import payloads
from lessons.inside import excitation, models, screen, stages
from lessons.inside.stages import DECODER, ENCODER, Field
from vae.measuring import metrics
from vae.model.networks import build, parameter_count
from vae.model.spec import ModelSpec

CONV = ModelSpec("vae", 2, "conv", (3, 4), (4, 3))
DENSE = ModelSpec("vae", 3, "mlp", (20, 12), (10, 15))


@pytest.fixture(params=PLAIN, ids=model_name)
def spec(request) -> ModelSpec:
    """Models without a class to be told and without a prior of their own: what is in one that no digit passes, no picture shows."""
    return request.param


def codes(model, count: int) -> torch.Tensor:
    return torch.randn(count, model.spec.latent_dim, generator=torch.Generator().manual_seed(0))


def test_the_numbers_of_every_layer_are_those_that_a_hook_sees(model, images):
    """Each layer with weights is caught by a forward hook while the model itself encodes and decodes."""
    caught: list[torch.Tensor] = []
    hooks = [
        module.register_forward_hook(lambda _m, _i, output: caught.append(output.detach()))
        for module in model.modules()
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))
    ]
    z = codes(model, len(images))
    with torch.no_grad():
        posterior, output = model.encode(images), model.decode(z)
    for hook in hooks:
        hook.remove()
    with torch.no_grad():
        found = [*stages.activations(model, images, ENCODER), *stages.activations(model, z, DECODER)]
    at = 0
    for stage, values in found:
        seen = torch.cat(caught[at : at + len(stage.layers)], 1)
        at += len(stage.layers)
        assert values.before.shape[1:] == stage.after
        torch.testing.assert_close(values.before.flatten(1), seen.flatten(1))
        after = nn.functional.gelu(seen) if stage.gelu else seen
        torch.testing.assert_close(values.after.flatten(1), after.flatten(1))
    assert at == len(caught)
    last = [values.after for stage, values in found if stage.part == ENCODER][-1]
    heads = [posterior.mean] if posterior.log_variance is None else [posterior.mean, posterior.log_variance]
    torch.testing.assert_close(last, torch.cat(heads, 1))
    torch.testing.assert_close(found[-1][1].after, output)


def test_weights_counted_by_formula_are_all_that_torch_holds(model):
    every = stages.stages(model)
    own = 0 if model.spec.observation_std is not None else 1  # a learned width belongs to no layer
    assert sum(stage.parameters for stage in every) + own == parameter_count(model)
    for stage in every:
        assert stage.parameters == sum(p.numel() for layer in stage.layers for p in layer.parameters())


def test_multiplications_are_half_of_what_torch_counts_as_operations(model, images):
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        model.decode(model.encode(images[:1]).mean)
    assert 2 * sum(stage.products for stage in stages.stages(model)) == counted.get_total_flops()


def test_two_layers_of_stride_two_see_seven_pixels_and_the_heads_see_all():
    fields = stages.fields(build(CONV))
    assert fields[:3] == [Field(3, 2, -1), Field(7, 4, -3), None]
    assert fields[3:] == [Field(10, 4, -3), Field(4, 2, -1), Field(1, 1, 0)]
    assert stages.fields(build(DENSE)) == [None, None, None, None, None, Field(1, 1, 0)]


@pytest.mark.parametrize("place", [(0, 0), (3, 2), (6, 6), (0, 5)])
@pytest.mark.parametrize("layer", [0, 1])
def test_a_unit_sees_exactly_the_pixels_where_its_gradient_is_not_zero(layer, place):
    model = build(CONV, seed=3)
    row, column = place if layer else (2 * place[0], 2 * place[1])
    image = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(1)).requires_grad_()
    _, values = list(stages.activations(model, image, ENCODER))[layer]
    (gradient,) = torch.autograd.grad(values.before[0, 1, row, column], image)
    field = stages.fields(model)[layer]
    (top, bottom), (left, right) = field.window(row, 28), field.window(column, 28)
    expected = torch.zeros(28, 28, dtype=torch.bool)
    expected[top:bottom, left:right] = True
    assert torch.equal(gradient[0, 0] != 0, expected)


@pytest.mark.parametrize("place", [(0, 0), (3, 2), (6, 6)])
@pytest.mark.parametrize("layer", [0, 1])
def test_a_unit_of_the_decoder_reaches_exactly_the_pixels_that_change_with_it(layer, place):
    """The Jacobian of the output with respect to one unit, by forward differentiation."""
    model = build(CONV, seed=3)
    row, column = place if not layer else (2 * place[0], 2 * place[1])
    after = [s for s in stages.stages(model) if s.part == DECODER][layer:]
    maps = torch.rand(1, *after[0].after, generator=torch.Generator().manual_seed(1))
    nudge = torch.zeros_like(maps)
    nudge[0, 1, row, column] = 1

    def rest(x):
        for stage in after[1:]:
            x = stage.layers[0](x)
            x = nn.functional.gelu(x) if stage.gelu else x
        return x

    _, moved = torch.func.jvp(rest, (maps,), (nudge,))
    field = stages.fields(model)[3 + layer]
    (top, bottom), (left, right) = field.window(row, 28), field.window(column, 28)
    expected = torch.zeros(28, 28, dtype=torch.bool)
    expected[top:bottom, left:right] = True
    assert torch.equal(moved[0, 0] != 0, expected)


@pytest.mark.parametrize("spec", [CONV, DENSE], ids=["conv", "dense"])
def test_favourites_are_those_that_a_search_of_all_images_finds(small_mnist, spec, monkeypatch):
    monkeypatch.setattr(excitation, "CHUNK", 50)  # several parts
    model, images = build(spec, seed=2), small_mnist.test.pixels()
    surveys = excitation.survey(model, images, 3)
    for lowest in (False, True):
        with torch.no_grad():
            every = [values for _, values in stages.activations(model, images, ENCODER)]
        assert len(surveys) == len(every)
        for each, values in zip(surveys, every, strict=True):
            far = each.lowest if lowest else each.highest
            maps = values.before.reshape(len(images), values.before.shape[1], *(values.before.shape[2:] or (1, 1))).numpy()
            for unit in range(0, maps.shape[1], 3):
                peaks = [float(m[unit].min() if lowest else m[unit].max()) for m in maps]
                best = sorted(range(len(peaks)), key=peaks.__getitem__, reverse=not lowest)[:3]
                assert far.images[unit].tolist() == best
                for k, image in enumerate(best):
                    row, column = int(far.rows[unit, k]), int(far.columns[unit, k])
                    assert maps[image, unit, row, column] == pytest.approx(peaks[image])
                    assert float(far.values[unit, k]) == pytest.approx(peaks[image])


def test_units_whose_favourites_are_of_one_class_are_found(small_mnist):
    images, labels = small_mnist.test.pixels(), small_mnist.test.labels
    highest = excitation.survey(build(DENSE, seed=2), images, 2)[0].highest
    found = excitation.of_one_class(highest, labels).tolist()
    assert found == [len({int(labels[i]) for i in row}) == 1 for row in highest.images.tolist()]
    assert True in found
    assert False in found


def test_a_survey_counts_how_often_a_unit_is_on(small_mnist):
    model, images = build(CONV, seed=2), small_mnist.test.pixels()
    for each, (_, values) in zip(excitation.survey(model, images, 1), stages.activations(model, images, ENCODER), strict=True):
        after = nn.functional.gelu(values.before)
        on = (after.flatten(2).amax(2) if after.dim() == 4 else after) > excitation.SILENT
        torch.testing.assert_close(each.on, on.float().mean(0))


def test_concentration_is_one_for_a_detector_of_a_patch_and_the_share_of_the_patch_for_even_weights():
    images = torch.rand(4_000, 1, 28, 28, generator=torch.Generator().manual_seed(0))  # every pixel varies alike
    patch = torch.zeros(28, 28)
    patch[10:17, 3:10] = 2.0
    found = excitation.concentration(torch.stack([patch, torch.ones(28, 28)]).flatten(1), images)
    assert float(found[0]) == pytest.approx(1, abs=1e-5)
    assert float(found[1]) == pytest.approx(49 / 784, rel=0.03)


def test_units_held_at_zero_are_those_whose_outgoing_weights_could_as_well_be_zero(small_mnist):
    model, images = build(DENSE, seed=2), small_mnist.test.pixels(slice(40))
    off = torch.zeros(20, dtype=torch.bool)
    off[[1, 7]] = True
    noise = codes(model, 40)
    found = excitation.bound_without(model, images, off, noise)
    with torch.no_grad():
        model.trunk[3].weight[:, off] = 0
    assert found == pytest.approx(excitation.bound_without(model, images, torch.zeros(20, dtype=torch.bool), noise), rel=1e-6)


def test_maps_move_along_with_the_digit_exactly_away_from_the_rim(small_mnist):
    """The law of a convolution: a shift by one step of a layer shifts its maps by one place."""
    model, images = build(CONV, seed=2), small_mnist.test.pixels(slice(20))
    moved = excitation.shifted(images, 4)
    torch.testing.assert_close(moved, torch.roll(images, 4, 3) * (torch.arange(28) >= 4))
    with torch.no_grad():
        pairs = zip(stages.activations(model, images, ENCODER), stages.activations(model, moved, ENCODER), strict=True)
        for (_, before), (stage, after) in list(pairs)[:2]:
            step = 4 // (28 // stage.after[-1])
            torch.testing.assert_close(after.after[..., 1 + step : -1], before.after[..., 1 : -1 - step])
    alike = excitation.alike_after_shift(model, images, 4)
    assert min(alike[:2]) > 0.8 > alike[2]
    assert excitation.alike_after_shift(model, images, 0) == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.parametrize("name", models.RECIPES)
def test_the_measures_that_ship_are_those_of_the_weights_that_ship(name, mnist):
    shipped, measures = models.load(name)
    found = metrics.bound(shipped.model, mnist.test, samples=1)
    assert found.kl == pytest.approx(measures.kl, abs=1e-2)
    assert found.reconstruction == pytest.approx(measures.reconstruction, abs=0.3)
    assert found.active_units == 2  # not collapsed
    assert found.kl > 4
    assert shipped.model.spec == models.RECIPES[name].spec
    assert shipped.settings == models.RECIPES[name].settings
    assert len(models.SHELF.history(f"inside-{name}")) > 10


def test_the_small_dense_model_has_as_many_weights_and_sees_as_many_images():
    conv, small = (build(models.RECIPES[name].spec) for name in ("conv", "small"))
    assert parameter_count(small) == pytest.approx(parameter_count(conv), rel=0.01)
    budgets = {(recipe.settings.images, recipe.settings.batch_size, recipe.settings.seed) for recipe in models.RECIPES.values()}
    assert len(budgets) == 1


@pytest.mark.parametrize("spec", [CONV, DENSE], ids=["conv", "dense"])
@pytest.mark.parametrize("part", [ENCODER, DECODER])
def test_the_browser_computes_the_same_numbers_weights_and_gradients(spec, part, small_mnist, javascript):
    model = build(spec, seed=4)
    net = screen.Inside("conv", model, models.RECIPES["conv"].settings, None)
    body = screen.encoder(net) if part == ENCODER else payloads.decoder(model)
    model = travelling.decoder(model)
    encoder = [stage.layers for stage in stages.stages(model) if stage.part == ENCODER]
    travelling.rounded(encoder, [payloads.OUTER, *[payloads.HIDDEN] * (len(encoder) - 1)])
    inputs = (small_mnist.test.pixels(slice(3, 4)) if part == ENCODER else codes(model, 1)).requires_grad_()
    every = list(stages.activations(model, inputs, part))
    ask = [[i, unit] for i, (stage, _) in enumerate(every) for unit in {0, prod(stage.after) // 3, prod(stage.after) - 1}]
    payload = base64.b64encode(gzip.decompress(body.compressed)).decode()
    (told,) = javascript("tests/lessons/network.mjs", ["numbers", payload, inputs.flatten().tolist(), ask])
    for (_, values), found in zip(every, told["layers"], strict=True):
        np.testing.assert_allclose(found["pre"], values.before.detach().flatten(), atol=2e-5)
        np.testing.assert_allclose(found["post"], values.after.detach().flatten(), atol=2e-5)
    for (i, unit), found in zip(ask, told["units"], strict=True):
        number = every[i][1].before.flatten()[unit]
        assert found["one"] == pytest.approx(number.item(), abs=2e-5)
        (gradient,) = torch.autograd.grad(number, inputs, retain_graph=True)
        np.testing.assert_allclose(found["gradient"], gradient.flatten(), atol=2e-5)
        below = every[i - 1][1].after if i else inputs
        (weights,) = torch.autograd.grad(number, below, retain_graph=True)
        np.testing.assert_allclose(found["weights"], weights.flatten(), atol=2e-5)
        np.testing.assert_allclose(found["without"], without(every, i, unit), atol=2e-5)


@torch.no_grad()
def without(every, index: int, unit: int) -> np.ndarray:
    """The output of the part of a model with one unit of a layer at zero."""
    x = every[index][1].after.clone()
    x.flatten(1)[0, unit] = 0
    for stage, _ in every[index + 1 :]:
        x = torch.cat([layer(x.flatten(1) if stage.kind == "dense" else x) for layer in stage.layers], 1)
        x = (nn.functional.gelu(x) if stage.gelu else x).view(1, *stage.after)
    return x.flatten().numpy()
