"""What is left of codes in a map, for maps of which it is known; and the maps that ship against their measures."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from lessons.represent import tsne
from lessons.shared.shipping import Shelf
from vae.errors import CheckpointError

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def codes():
    labels = np.arange(300) % 10
    return RNG.normal(size=(10, 2))[labels] * 5 + RNG.normal(size=(300, 2)) * (0.2 + 0.1 * labels[:, None]), labels


def test_a_turned_and_enlarged_copy_keeps_everything(codes):
    points, labels = codes
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert tsne.kept(points, 7 * points @ turn + 3, labels) == pytest.approx((1, 1, 1), abs=1e-6)


def test_a_map_at_random_keeps_nothing(codes):
    points, labels = codes
    trust, distances, _ = tsne.kept(points, RNG.normal(size=(300, 2)), labels)
    assert trust == pytest.approx(0.5, abs=0.05)
    assert abs(distances) < 0.45


def test_blowing_up_one_group_is_seen_in_sizes_and_moving_one_in_distances(codes):
    points, labels = codes
    blown = points.copy()
    centre = points[labels == 0].mean(0)
    blown[labels == 0] = centre + 30 * (points[labels == 0] - centre)
    assert tsne.kept(points, blown, labels)[2] < 0.95
    shifted = points + np.where(labels == 3, 80, 0)[:, None]
    assert tsne.kept(points, shifted, labels)[1] < 0.95


def test_centres_and_sizes():
    points, labels = np.array([[0.0, 0], [2, 0], [5, 5], [5, 5]]), np.array([0, 0, 1, 1])
    assert tsne.centres(points, labels).tolist() == [[1, 0], [5, 5]]
    assert tsne.sizes(points, labels).tolist() == [1, 0]


def test_the_start_changes_a_map_and_the_same_start_repeats_it():
    points = RNG.normal(size=(60, 5)).astype(np.float32)
    first, again, other = (tsne.embed(points, 5, seed) for seed in (0, 0, 1))
    assert np.allclose(first, again)
    assert not np.allclose(first, other, atol=1)


@pytest.mark.parametrize("subject", ["vae", "noise"])
def test_the_maps_that_ship_are_as_trustworthy_as_they_say(subject):
    codes = tsne.codes_of(subject)
    for perplexity in (5, 30):
        found = tsne.load(subject, perplexity, 0)
        assert found.points.shape == (tsne.MAPPED, 2)
        measured = trustworthiness(codes, found.points, n_neighbors=tsne.NEIGHBOURS)
        assert found.trustworthiness == pytest.approx(measured, abs=0.02)  # positions are in 256 steps


def test_a_damaged_file_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(tsne, "SHELF", Shelf("represent", "tsne", tmp_path))
    tsne.SHELF.folder.mkdir(parents=True)
    for contents in (None, b"noise" * 30):
        if contents:
            (tsne.SHELF.folder / "tsne.safetensors").write_bytes(contents)
        with pytest.raises(CheckpointError, match="python -m lessons tsne"):
            tsne.load("vae", 30, 0)
