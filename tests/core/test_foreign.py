"""Models from elsewhere: a mapped state dict computes what the modules that it came from compute, and what does not fit is named."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.runs import workload
from vae import checkpoints, data, foreign
from vae.__main__ import main
from vae.data import Dataset, Split
from vae.errors import SpecError
from vae.model import layered
from vae.model.layered import LayeredSpec, spec_of
from vae.model.networks import Autoencoder, build

MAPPINGS = Path(__file__).resolve().parents[2] / "docs" / "mappings"


class OfTheExample(nn.Module):
    """The layers of the VAE among PyTorch's examples, and what it computes with them."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = F.relu(self.fc1(x.view(-1, 784)))
        return self.fc21(hidden), self.fc22(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))).view(-1, 1, 28, 28)


class OfPythae(nn.Module):
    """The layout of pythae's default dense encoder and decoder."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self.encoder.layers = nn.ModuleList([nn.Sequential(nn.Linear(784, 512), nn.ReLU())])
        self.encoder.embedding, self.encoder.log_var = nn.Linear(512, 8), nn.Linear(512, 8)
        self.decoder.layers = nn.ModuleList(
            [nn.Sequential(nn.Linear(8, 512), nn.ReLU()), nn.Sequential(nn.Linear(512, 784), nn.Sigmoid())]
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder.layers[0](x.reshape(-1, 784))
        return self.encoder.embedding(hidden), self.encoder.log_var(hidden)

    def decode(self, z: Tensor) -> Tensor:
        for layer in self.decoder.layers:
            z = layer(z)
        return z.reshape(-1, 1, 28, 28)


class OfConvolutions(nn.Module):
    """Convolutions of kernel 4, transposed ones of kernel 3, no nonlinearity behind the dense layer of the decoder."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU())
        self.mu, self.logvar, self.decoder_input = nn.Linear(3136, 2), nn.Linear(3136, 2), nn.Linear(2, 3136)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 3, 2, 1, 1), nn.Sigmoid()
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x).flatten(1)
        return self.mu(hidden), self.logvar(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(self.decoder_input(z).view(-1, 64, 7, 7))


LAYOUTS = {"pytorch-example": OfTheExample, "pythae-mlp": OfPythae, "convolutional": OfConvolutions}


def read(name: str) -> dict:
    return json.loads((MAPPINGS / f"{name}.json").read_text())


def seeded(name: str) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        return LAYOUTS[name]()


def shapes(weights) -> dict[str, list[int]]:
    return {key: list(weight.shape) for key, weight in weights.items()}


def taken(mapping: dict, weights: dict[str, Tensor]) -> Autoencoder:
    return foreign.filled(foreign.mapped(foreign.layout(mapping), shapes(weights)), weights)


@pytest.mark.parametrize("name", LAYOUTS)
@torch.no_grad()
def test_a_mapped_model_computes_what_its_own_modules_compute(name, mnist):
    theirs = seeded(name)
    model = taken(read(name), theirs.state_dict())
    images = mnist.test.pixels(slice(40))
    mean, log_variance = theirs.encode(images)
    found = model.encode(images)
    torch.testing.assert_close(found.mean, mean, rtol=0, atol=1e-6)
    torch.testing.assert_close(found.log_variance, log_variance, rtol=0, atol=1e-6)
    torch.testing.assert_close(model.expected_image(model.decode(mean)), theirs.decode(mean), rtol=0, atol=1e-6)


def test_every_mapping_that_ships_is_one_of_these():
    assert {path.stem for path in MAPPINGS.glob("*.json")} == set(LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_its_spec_is_read_from_json_as_it_was_written(name):
    theirs = seeded(name)
    spec = foreign.mapped(foreign.layout(read(name)), shapes(theirs.state_dict())).spec
    assert spec_of(json.loads(json.dumps(spec.to_json()))) == spec
    assert isinstance(spec, LayeredSpec)
    assert sum(weight.numel() for weight in build(spec).parameters()) == sum(weight.numel() for weight in theirs.parameters())


@torch.no_grad()
def test_an_autoencoder_with_a_linear_end_and_no_biases_is_mapped_too(mnist):
    torch.manual_seed(0)
    down, up = nn.Linear(784, 3, bias=False), nn.Linear(3, 784, bias=False)
    model = taken(
        {"encoder": ["flatten"], "mean": "down", "decoder": ["linear up"], "output": "none"},
        {"down.weight": down.weight.half().double(), "up.weight": up.weight.half()},
    )
    images = mnist.test.pixels(slice(5))
    assert (model.spec.kind, model.encode(images).log_variance) == ("ae", None)
    codes = images.flatten(1) @ down.weight.half().float().T
    torch.testing.assert_close(model.encode(images).mean, codes, rtol=0, atol=1e-5)
    torch.testing.assert_close(model.decode(codes).flatten(1), codes @ up.weight.half().float().T, rtol=0, atol=1e-5)


def without(weights: dict, *keys: str) -> dict:
    return {key: value for key, value in weights.items() if key not in keys}


EXAMPLE, CONVOLUTIONS = read("pytorch-example"), read("convolutional")
OF_EXAMPLE = shapes(OfTheExample().state_dict())
OF_CONVOLUTIONS = shapes(OfConvolutions().state_dict())


@pytest.mark.parametrize(
    ("mapping", "weights", "sentence"),
    [
        (EXAMPLE, without(OF_EXAMPLE, "fc3.weight"), "decoder: 'linear fc3' needs fc3.weight, which is not among the weights: fc1.bias, "),
        (EXAMPLE, {**OF_EXAMPLE, "bn.running_mean": [400]}, "The mapping names no layer for bn.running_mean. Add their layers"),
        (EXAMPLE, {**OF_EXAMPLE, "fc1.bias": [399]}, "encoder: fc1.bias is 399; as fc1.weight is 400 × 784, it must be 400."),
        (EXAMPLE, {**OF_EXAMPLE, "fc3.weight": [400, 10]}, "fc3.weight is 400 × 10; by the lines before 'linear fc3' it must be 400 × 20."),
        (EXAMPLE, {**OF_EXAMPLE, "fc21.weight": [20, 300]}, "fc22.weight is 20 × 400; as fc21.weight is 20 × 300, it must be the same."),
        (EXAMPLE, {**OF_EXAMPLE, "fc4.weight": [1024, 400], "fc4.bias": [1024]}, "unflatten 1 28 28 takes 784 values; 1024 come from the line before"),
        (EXAMPLE, {**OF_EXAMPLE, "fc1.weight": [400]}, "encoder: fc1.weight is 400; the weight of a linear layer has 2 dimensions."),
        ({**EXAMPLE, "encoder": ["linear fc1", "relu"]}, OF_EXAMPLE, "encoder_layers, line 1: linear 400 takes flat values; 1 × 28 × 28 come"),
        ({**EXAMPLE, "encoder": ["flatten", "linear fc1", "leaky_relu"]}, OF_EXAMPLE, "encoder: 'leaky_relu' is no layer that is known here"),
        ({**EXAMPLE, "decoder": ["linear fc3 stride=2"]}, OF_EXAMPLE, "decoder: stride=2 does not belong into 'linear fc3 stride=2'; linear has no options"),
        ({**EXAMPLE, "output": "tanh"}, OF_EXAMPLE, "output is 'tanh'; it must be one of: sigmoid, none."),
        ({**EXAMPLE, "spread": 1}, OF_EXAMPLE, "A Layout has no field spread."),
        (without(EXAMPLE, "mean"), OF_EXAMPLE, "A mapping needs mean too."),
        ({**EXAMPLE, "encoder": "fc1"}, OF_EXAMPLE, "encoder is 'fc1'; it must be a list of layers"),
        ({**EXAMPLE, "image": [1, 28]}, OF_EXAMPLE, "image_shape is (1, 28); it must be three sizes"),
        ([], OF_EXAMPLE, "A Layout must be a JSON object"),
        (CONVOLUTIONS, {**OF_CONVOLUTIONS, "encoder.2.weight": [64, 32, 4, 3]}, "encoder: encoder.2.weight is 64 × 32 × 4 × 3; its kernel must be square"),
        (CONVOLUTIONS, {**OF_CONVOLUTIONS, "encoder.2.weight": [64, 16, 4, 4]}, "encoder.2.weight is 64 × 16 × 4 × 4; by the lines before"),
        ({**CONVOLUTIONS, "decoder": CONVOLUTIONS["decoder"][:3]}, without(OF_CONVOLUTIONS, "decoder.2.weight", "decoder.2.bias"), "decoder_layers end in 32 × 14 × 14; an image is 1 × 28 × 28."),
        ({**CONVOLUTIONS, "encoder": CONVOLUTIONS["encoder"][:-1]}, OF_CONVOLUTIONS, "encoder_layers end in 64 × 7 × 7; the heads take flat values"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_shape_and_what_is_expected(mapping, weights, sentence):
    with pytest.raises(SpecError) as refused:
        foreign.mapped(foreign.layout(mapping), weights)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"encoder_layers": ["flatten", "linear 9999999"]}, "7,839,999,216 weights; 4,194,304 is the most"),
        ({"encoder_layers": ["flatten"] + ["linear 2000"] * 3}, "weights; 4,194,304 is the most"),
        (
            {"encoder_layers": ["transposed 1 kernel=50 stride=7", "flatten"], "latent_dim": 64},
            "7,364,949 weights; 4,194,304 is the most",
        ),
        ({"encoder_layers": ["flatten", "linear 1", "linear 65537"]}, "linear 65537 makes more than 65,536 values"),
        (
            {"encoder_layers": ["transposed 16 kernel=9 stride=9", "convolution 1 kernel=9 stride=9", "flatten"]},
            "line 1: transposed 16 makes 16 × 252 × 252 of 1 × 28 × 28; 65,536 values are the most of a layer.",
        ),
        (
            {
                "encoder_layers": ["convolution 64 kernel=3 padding=1", "convolution 64 kernel=3 padding=1", "flatten"],
                "latent_dim": 1,
            },
            "takes 29,454,096 multiplications; 16,777,216 is the most",
        ),
        ({"encoder_layers": ["convolution 9 kernel=50 stride=1", "flatten"]}, "makes 9 × -21 × -21 of 1 × 28 × 28"),
        ({"encoder_layers": ["convolution 9", "flatten"]}, "needs a kernel and a stride"),
        ({"encoder_layers": ["flatten"] * 41}, "There are 41 layers; it must be 1 to 40."),
        ({"encoder_layers": 3}, "encoder_layers is 3; it must be a list of layers."),
        ({"encoder_layers": ["flatten", None]}, "line 2: None is no layer"),
        ({"encoder_layers": ["flatten", "linear 1e3"]}, "'1e3' is not a size"),
        ({"classes": 10}, "classes is 10; a model that lists its layers has 0"),
        ({"decoder_layers": ["linear 784", "transposed 1 kernel=2"]}, "takes images"),
    ],
)
def test_a_spec_that_lists_impossible_layers_is_refused_before_memory_is_asked_for(changes, sentence):
    good = {"architecture": "layers", "encoder_layers": ["flatten"], "decoder_layers": ["linear 784", "unflatten 1 28 28"]}
    spec_of(good)
    with pytest.raises(SpecError) as refused:
        spec_of({**good, **changes})
    assert sentence in str(refused.value)


def test_multiplications_are_those_that_the_layers_make():
    lines = ("transposed 3 kernel=4 stride=2 padding=1", "relu", "convolution 2 kernel=5 stride=3", "flatten", "linear 10")
    made = 28 * 28 * 3 * 16 + 18 * 18 * 3 * 2 * 25 + 2 * 18 * 18 * 10
    assert layered.products(lines, (1, 28, 28)) == made
    spec = LayeredSpec(latent_dim=4, encoder_layers=lines, decoder_layers=("linear 784", "unflatten 1 28 28"))
    assert sum(workload.forward_operations(spec)) == 2 * (made + 2 * 4 * 10 + 4 * 784)


def test_models_have_room_for_images_of_64_channels():
    deep = ("convolution 64 kernel=3 padding=1", "relu", "convolution 16 kernel=4 stride=2 padding=1", "flatten", "linear 64")
    LayeredSpec(encoder_layers=deep, decoder_layers=("linear 784", "unflatten 1 28 28"))


def test_the_document_says_the_limits():
    said = (MAPPINGS.parent / "models.md").read_text()
    for limit in (layered.MOST_WEIGHTS, layered.MOST_VALUES, layered.MOST_PRODUCTS):
        assert f"{limit:,}" in said


def test_the_command_writes_a_checkpoint_of_it_and_measures_it(tmp_path, monkeypatch, mnist, capsys):
    few = Dataset(
        "mnist",
        *(Split(part.images[:20], part.labels[:20]) for part in (mnist.train, mnist.validation, mnist.test)),
        mnist.classes,
    )
    monkeypatch.setattr(data, "load", lambda name: few)
    weights, out = tmp_path / "vae.safetensors", tmp_path / "example"
    safetensors.torch.save_file(seeded("pytorch-example").state_dict(), weights)
    assert main(["convert", str(weights), str(MAPPINGS / "pytorch-example.json"), "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["latent_dim"] == 20
    loaded = checkpoints.load(out)
    for key, name in {
        "trunk.1.weight": "fc1.weight",
        "log_variance_head.bias": "fc22.bias",
        "decoder.2.weight": "fc4.weight",
    }.items():
        assert torch.equal(loaded.model.state_dict()[key], seeded("pytorch-example").state_dict()[name].half().float())
    assert checkpoints.load_history(out) == []


@pytest.mark.parametrize(
    ("contents", "mapping", "status", "sentence"),
    [
        (b"\x80\x04cos\nsystem\n", "pytorch-example", 1, "vae.safetensors is no safetensors file, or it is damaged"),
        (safetensors.torch.save({"fc1.weight": torch.tensor([[float("nan")]])}), "pytorch-example", 1, "fc1.weight in vae.safetensors contains values"),
        (safetensors.torch.save({"fc1.weight": torch.ones(4, 784)}), "pytorch-example", 2, "decoder: 'linear fc3' needs fc3.weight"),
        (safetensors.torch.save({"fc1.weight": torch.ones(4, 784)}), b"{", 2, "The mapping mapping.json is not JSON"),
    ],
)  # fmt: skip
def test_what_the_command_cannot_use_is_a_sentence_and_leaves_no_folder(tmp_path, capsys, contents, mapping, status, sentence):
    (tmp_path / "vae.safetensors").write_bytes(contents)
    said = (MAPPINGS / f"{mapping}.json").read_bytes() if isinstance(mapping, str) else mapping
    (tmp_path / "mapping.json").write_bytes(said)
    names = [str(tmp_path / name) for name in ("vae.safetensors", "mapping.json", "out")]
    assert main(["convert", *names[:2], "--out", names[2]]) == status
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
