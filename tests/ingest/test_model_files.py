"""Files of models: read as numbers, in a process of their own, never unpickled; what is wrong with any is a sentence."""

import json
import pickle
import struct
from zipfile import ZIP_DEFLATED, ZIP_STORED

import numpy as np
import pytest
from hostile import PNGS, zipped
from safetensors.numpy import save
from test_apart import apart

import ingest
from ingest import BroughtModel
from ingest.model import tensors
from vae import checkpoints

WEIGHTS = {"fc1.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "fc1.bias": np.ones(2, np.float16)}
SPEC, MAPPING = {"format": 1, "name": "mine"}, {"encoder": ["linear fc1"]}


def model(*others: tuple[str, bytes], weights: bytes | None = None, spec: object = SPEC, how: int = ZIP_DEFLATED) -> bytes:
    members = [
        ("mine/model.safetensors", save(WEIGHTS) if weights is None else weights),
        ("mine/spec.json", json.dumps(spec).encode()),
    ]
    return zipped([*members, *others], how)


def headed(header: object, body: bytes = b"") -> bytes:
    """A safetensors file with that list of shapes."""
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + body


def entry(shape: list[int], size: int, kind: str = "F32") -> dict:
    return {"dtype": kind, "shape": shape, "data_offsets": [0, size]}


def test_a_folder_that_train_wrote_is_read_as_it_is_and_so_apart():
    folder = checkpoints.SHIPPED / "mnist-vae-2d"
    files = [(f"mnist-vae-2d/{path.name}", path.read_bytes()) for path in sorted(folder.iterdir())]
    contents = zipped(files)
    here = ingest.read([("download.zip", contents)])
    with apart([("download.zip", contents)]) as process:
        there = process.follow()
    assert isinstance(here, BroughtModel)
    assert here == there
    assert (here.name, here.spec, here.mapping) == ("mnist-vae-2d", json.loads((folder / "spec.json").read_bytes()), None)
    loaded = checkpoints.load(folder).model.state_dict()
    assert set(loaded) == set(here.tensors) == set(there.tensors)
    for key, weight in loaded.items():
        np.testing.assert_array_equal(here.tensors[key], weight.numpy())
        np.testing.assert_array_equal(there.tensors[key], weight.numpy())


def test_every_kind_of_floating_point_number_becomes_single_precision():
    values = np.array([1.5, -2.0], np.float32)
    half = headed({"x": entry([2], 4, "BF16")}, (values.view(np.uint32) >> 16).astype(np.uint16).tobytes())
    for contents in (half, *(save({"x": values.astype(kind)}) for kind in (np.float16, np.float32, np.float64))):
        found = ingest.read(
            [("a.zip", zipped([("weights.safetensors", contents), ("mapping.json", json.dumps(MAPPING).encode())]))]
        )
        assert (found.name, found.mapping, found.tensors["x"].dtype) == ("a", MAPPING, np.float32)
        np.testing.assert_array_equal(found.tensors["x"], values)


PICKLE = pickle.dumps({"fc1.weight": [1.0]})
REFUSED = {
    "a pickle with a spec": (("a.zip", zipped([("model.pt", PICKLE), ("spec.json", b"{}")])), "model.pt is no safetensors file. Such files can run code"),
    "torch's own archive": (("vae.pt", zipped([("vae/data.pkl", PICKLE), ("vae/data/0", b"0000")])), "vae.pt alone is no model"),
    "a pickle alone": (("vae.pth", PICKLE), "vae.pth alone is no model"),
    "weights alone": (("w.safetensors", save(WEIGHTS)), "w.safetensors alone is no model"),
    "neither spec nor mapping": (("a.zip", zipped([("w.safetensors", save(WEIGHTS))])), "needs a spec.json or a mapping.json beside it"),
    "both": (("a.zip", model(("mine/mapping.json", b"{}"))), "one of the two"),
    "two specs": (("a.zip", model(("other/spec.json", b"{}"))), "There are 2 files called spec.json"),
    "two models": (("a.zip", model(("b/model.safetensors", save(WEIGHTS)))), "There are 2 files of weights"),
    "a spec that is not JSON": (("a.zip", zipped([("w.safetensors", save(WEIGHTS)), ("spec.json", b"{")])), "spec.json is not JSON"),
    "a spec of NaN": (("a.zip", zipped([("w.safetensors", save(WEIGHTS)), ("spec.json", b"NaN")])), "NaN is no number in JSON"),
    "a deep spec": (("a.zip", zipped([("w.safetensors", save(WEIGHTS)), ("spec.json", b"[" * 60_000)])), "spec.json is not JSON"),
    "an empty spec": (("a.zip", model(spec=None)), "spec.json says nothing"),
    "a long spec": (("a.zip", model(spec="x" * 70_000)), "70,002 bytes; 65,536 is the most"),
    "cut short": (("a.zip", model(weights=save(WEIGHTS)[:-3])), "damaged or no safetensors file"),
    "no bytes": (("a.zip", model(weights=b"")), "damaged or no safetensors file"),
    "a pickle called safetensors": (("a.zip", model(weights=PICKLE)), "damaged or no safetensors file"),
    "a header that claims gigabytes": (("a.zip", model(weights=struct.pack("<Q", 2**40) + b"{}")), "damaged or no safetensors file"),
    "a shape that claims gigabytes": (("a.zip", model(weights=headed({"x": entry([2**16, 2**16], 4)}, b"0000"))), "damaged or no safetensors file"),
    "shapes on the same bytes": (("a.zip", model(weights=headed({"x": entry([1], 4), "y": entry([1], 4)}, b"0000"))), "damaged or no safetensors file"),
    "whole numbers": (("a.zip", model(weights=save({"bn.num_batches_tracked": np.array([3])}))), "bn.num_batches_tracked holds numbers of the kind I64"),
    "a kind that is a list": (("a.zip", model(weights=headed({"x": {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]}}, b"0000"))), "x holds numbers of the kind ['F32']"),
    "no tensors": (("a.zip", model(weights=save({}))), "has 0 tensors; 1 to 400"),
    "many tensors": (("a.zip", model(weights=save({f"x{i}": np.ones(1, np.float32) for i in range(401)}))), "has 401 tensors"),
    "an empty tensor": (("a.zip", model(weights=save({"x": np.ones((0, 3), np.float32)}))), "x has no values"),
    "a name of control characters": (("a.zip", model(weights=save({"a\x07": np.ones(1, np.float32)}))), "printable characters"),
    "not a number": (("a.zip", model(weights=save({"x": np.array([1, np.nan], np.float32)}))), "x contains values that are not numbers"),
    "infinite in single precision": (("a.zip", model(weights=save({"x": np.array([1e300])}))), "x contains values that are not numbers, or too large"),
    "a path that leads out": (("a.zip", model(("../spec.json", b"{}"))), "leads out of it"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_a_sentence(name):
    file, sentence = REFUSED[name]
    with pytest.raises(ingest.Refused) as refused:
        ingest.read([file])
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 500


def test_too_large_a_file_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(tensors, "MOST_WEIGHTS", 100)
    with pytest.raises(ingest.Refused, match="is the most"):
        ingest.read([("a.zip", model())])


def test_apart_the_refusal_has_the_same_words():
    file, sentence = REFUSED["not a number"]
    with apart([file]) as process, pytest.raises(ingest.Refused, match=sentence):
        process.follow()


def test_the_largest_weights_fit_into_the_memory_that_reading_may_take():
    values = {"x": np.zeros(tensors.MOST_WEIGHTS // 2 - 200, np.float16)}
    with apart([("a.zip", model(weights=save(values), how=ZIP_STORED))]) as process:
        assert process.follow().tensors["x"].shape == values["x"].shape


def test_pictures_with_a_pickle_among_them_are_still_pictures():
    files = [*((f"{i:02}.png", PNGS[i]) for i in range(60)), ("model.pt", PICKLE)]
    assert len(ingest.read([("a.zip", zipped(files))])) == 60
