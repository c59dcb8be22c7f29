"""Training on a chosen device. What a GPU does with it is tested where there is one; what is asked of it, everywhere."""

import sys
from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from vae import checkpoints, hardware
from vae.checkpoints import Checkpoint
from vae.errors import SpecError
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare_network, train_together
from vae.model.spec import ModelSpec

SECOND = torch.device("cpu", 0)  # to torch a device of its own, with the same numbers
MLP = ModelSpec(encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
CONV = replace(MLP, architecture="conv", encoder_widths=(4, 8), decoder_widths=(8, 4))
VAMP = replace(MLP, prior="vamp", prior_size=5)
PLAIN = TrainingSettings(dataset="digits", images=1_280, batch_size=64, learning_rate=3e-3)
GAME = replace(PLAIN, gradient_penalty=1.0)
NOISY = replace(PLAIN, corruption="gaussian", corruption_level=0.5, pixels="dynamic")
RUNS = {
    "dense": [(replace(MLP, kind="ae"), NOISY), (MLP, NOISY)],
    "convolutional": [(CONV, PLAIN)],
    "importance": [(CONV, replace(PLAIN, importance_samples=3))],
    "autograd": [(VAMP, PLAIN), (replace(CONV, classes=10), PLAIN)],
    "game": [(replace(MLP, kind="gan"), GAME)],
}
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="This test needs a GPU, and torch finds none here.")


def begin(run, data, place, **options):
    models = [prepare_network(*pair, data) for pair in run]
    return models, Training(models, [settings for _, settings in run], data, place=place, **options)


def weights(models) -> torch.Tensor:
    return torch.cat([value.flatten() for model in models for value in model.state_dict().values()])


@pytest.mark.parametrize(("there", "taken"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("mps", "cuda"), "cuda")])
def test_auto_is_a_gpu_where_there_is_one(monkeypatch, there, taken):
    for name, module in (("cuda", torch.cuda), ("mps", torch.backends.mps)):
        monkeypatch.setattr(module, "is_available", lambda name=name: name in there)
    assert hardware.device("auto") == torch.device(taken)
    assert hardware.device("cpu") == hardware.CPU
    for missing in {"cuda", "mps"} - set(there):
        with pytest.raises(SpecError, match=rf"finds no {missing} device on this machine\. Usable here: .*cpu"):
            hardware.device(missing)


def test_an_unknown_device_is_refused_with_those_that_are_known():
    with pytest.raises(SpecError, match=r"no device 'tpu'\. Choose one of: auto, cpu, cuda, mps"):
        hardware.device("tpu")


@every_run
def test_trained_elsewhere_the_models_themselves_stay_and_have_the_weights(run, small_digits):
    here, training = begin(run, small_digits, hardware.CPU, snapshots=True)
    there, second = begin(run, small_digits, SECOND, snapshots=True)
    fresh = weights(there)
    for _ in range(5):
        training.step()
        second.step()
    assert torch.equal(weights(there), fresh)
    records, others = training.record(), second.record()
    assert torch.equal(weights(here), weights(there))
    assert [record.validation for record in records] == [record.validation for record in others]
    assert all(torch.equal(*pair) for pair in zip(records[0].snapshot, others[0].snapshot, strict=True))
    for ours, theirs in zip(training.adam(), second.adam(), strict=True):
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)


class Copies(TorchDispatchMode):
    """Counts operations on tensors of more than one device. A single number may come from the CPU: it is sent with the operation."""

    found = 0

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        places = {each.device.type for each in (*arguments, result) if isinstance(each, torch.Tensor) and each.dim()}
        self.found += len(places) > 1
        return result


@every_run
def test_no_step_copies_anything_between_devices(run, small_digits, monkeypatch):
    """On the device that has shapes and no numbers. It has no random numbers of its own, and no fused Adam but for its shape."""
    monkeypatch.setattr(hardware, "generator", lambda place, seed: None)
    monkeypatch.setattr(sys.modules["torch.optim.adam"], "_device_dtype_check_for_fused", lambda *_, **__: None)
    with Copies() as copies:
        models, training = begin(run, small_digits, torch.device("meta"))
    assert copies.found > 0  # the data set, once
    with Copies() as copies:
        for _ in range(10):  # more than an epoch
            training.step()
    assert copies.found == 0
    assert all(value.device.type == "cpu" for model in models for value in model.state_dict().values())


@needs_gpu
@every_run
def test_a_gpu_teaches_and_its_weights_open_everywhere(run, small_digits, tmp_path):
    gpu = hardware.device("auto")
    models, training = begin(run, small_digits, gpu, snapshots=True)
    first = training.record()
    for _ in range(10):
        training.step()
    half = training.record()
    assert half[0].training.total < first[0].training.total or run is RUNS["game"]
    copies = [prepare_network(*pair, small_digits) for pair in run]
    for other, model in zip(copies, models, strict=True):
        other.load_state_dict(model.state_dict())
    resumed = Training(copies, [settings for _, settings in run], small_digits, start=640, adam=training.adam())
    resumed.step()
    resumed.record()
    assert weights(copies).isfinite().all()
    if run is not RUNS["game"]:
        checkpoints.save(tmp_path / "model", checkpoints.files(Checkpoint("model", models[0], run[0][1]), [half[0]]))
        opened = checkpoints.load(tmp_path / "model").model
        assert torch.allclose(weights([opened]), weights(models[:1]), atol=1e-2)


@needs_gpu
def test_on_a_gpu_one_seed_gives_one_model(small_digits):
    models = [prepare_network(MLP, PLAIN, small_digits) for _ in range(2)]
    for model in models:
        list(train_together([model], [PLAIN], small_digits, place=hardware.device("auto")))
    torch.testing.assert_close(weights(models[:1]), weights(models[1:]), rtol=1e-3, atol=1e-4)
