"""The files of MNIST's format: taken however they are packed, and named with what is wrong where they are not what they should be."""

import gzip
import hashlib
import http.server
import re
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import small_set
import torch

from vae import archives, data
from vae.errors import DataError

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = (file.name for file in archives.MNIST.files)
SHIPPED = archives.PROJECT_DATA / "MNIST" / "raw"


@pytest.fixture(scope="module")
def held(mnist) -> dict[str, bytes]:
    """What the four files of the small set hold."""
    return small_set.contents(mnist)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """An empty data folder in place of the project's."""
    monkeypatch.setattr(archives, "PROJECT_DATA", tmp_path / "data")
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "data"


@pytest.fixture
def fashion(elsewhere, held) -> archives.Archives:
    """Fashion-MNIST in small, its four archives where they belong."""
    wanted = small_set.small(archives.FASHION, held)
    small_set.put(held, small_set.home(wanted))
    return wanted


def refusal(wanted: archives.Archives) -> str:
    with pytest.raises(DataError) as error:
        archives.read(wanted)
    said = str(error.value)
    assert re.fullmatch(r"[^\n]+\.", said)
    assert said == archives.trouble(wanted)
    return said


def test_the_sums_are_those_of_the_archives_that_ship():
    for file in archives.MNIST.files:
        contents = gzip.decompress((SHIPPED / f"{file.name}.gz").read_bytes())
        assert hashlib.md5(contents).hexdigest() == file.contents


def test_names_classes_and_sums_are_torchvisions():
    from vae.torchvision_repair import import_torchvision

    for wanted in archives.SETS:
        theirs = getattr(import_torchvision().datasets, wanted.folder)
        assert {f"{file.name}.gz" for file in wanted.files} == {name for name, _ in theirs.resources}
        assert [each.split()[-1] for each in wanted.classes] == [
            each.split()[-1] if wanted is not archives.MNIST else each[0] for each in theirs.classes
        ]
        assert all(file.archive in ("", dict(theirs.resources)[f"{file.name}.gz"]) for file in wanted.files)
        assert all(bool(file.archive) != bool(file.contents) for file in wanted.files)


def test_what_is_read_is_what_torchvision_reads(tmp_path, mnist):
    from vae.torchvision_repair import import_torchvision

    read = import_torchvision().datasets.mnist
    for name, ours in ((TEST_IMAGES, mnist.test.images[:, 0]), (TEST_LABELS, mnist.test.labels)):
        plain = tmp_path / name
        plain.write_bytes(gzip.decompress((SHIPPED / f"{name}.gz").read_bytes()))
        theirs = read.read_image_file(plain) if ours.ndim == 3 else read.read_label_file(plain)
        assert torch.equal(theirs, ours)
        assert theirs.dtype == ours.dtype


ARRANGED = {
    "packed again": lambda name, content: (f"{name}.gz", gzip.compress(content, 9, mtime=1)),
    "unpacked": lambda name, content: (name, content),
    "unpacked by another program": lambda name, content: (name.replace("-idx", ".idx"), content),
    "unpacked by the browser": lambda name, content: (f"{name}.gz", content),
    "packed without saying so": lambda name, content: (name, gzip.compress(content)),
}


@pytest.mark.parametrize("arranged", ARRANGED.values(), ids=ARRANGED)
@pytest.mark.parametrize("folder", ["project", "cache", "both"])
def test_files_are_taken_however_they_are_packed_and_wherever_they_lie(elsewhere, held, arranged, folder):
    wanted = small_set.small(archives.FASHION, held)
    homes = wanted.places()
    for i, (name, content) in enumerate(held.items()):
        called, packed = arranged(name, content)
        home = homes[{"project": 0, "cache": 1, "both": i % 2}[folder]]
        home.mkdir(parents=True, exist_ok=True)
        (home / called).write_bytes(packed)
    assert archives.trouble(wanted) == ""
    images, labels, test_images, test_labels = archives.read(wanted)
    assert images.tobytes() == held[TRAIN_IMAGES][16:]
    assert labels.tobytes() == held[TRAIN_LABELS][8:]
    assert (test_images.shape, test_labels.shape) == ((240, 28, 28), (240,))


def test_a_package_of_the_system_is_one_of_the_places(elsewhere, held, tmp_path):
    small_set.put(held, tmp_path / "share")
    wanted = small_set.small(archives.FASHION, held)
    assert archives.trouble(wanted)
    assert archives.trouble(replace(wanted, package=str(tmp_path / "share"))) == ""


def test_a_damaged_file_beside_a_good_one_is_passed_over(fashion):
    for content in (b"", b"half", gzip.compress(b"\0\0\x08\x03")):
        (small_set.home(fashion) / TEST_IMAGES).write_bytes(content)
        assert archives.trouble(fashion) == ""


def test_the_missing_files_are_named_with_all_places_and_no_others(fashion):
    home, cache = fashion.places()
    (home / f"{TEST_LABELS}.gz").unlink()
    said = refusal(fashion)
    assert f"The data set Fashion-MNIST is not complete: {TEST_LABELS}.gz not found in {home} or {cache}." in said
    assert [name for name in (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES) if name in said] == []
    assert said.endswith(
        f"Put the files into {home}, packed or unpacked, or download them: python -m vae data --download fashion-mnist."
    )


def test_a_set_of_which_nothing_is_there_is_missing(elsewhere):
    said = refusal(archives.KMNIST)
    assert said.startswith("The data set KMNIST is missing: ")
    assert [name for name in (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS) if f"{name}.gz" not in said] == []


def changed(content: bytes, at: int, to: bytes) -> bytes:
    return content[:at] + to + content[at + len(to) :]


IMAGES_CUT = "was cut short: 376,320 of its 752,656 bytes are missing"
DAMAGES = {
    "empty": (TRAIN_IMAGES, lambda held: b"", "is empty"),
    "a page": (TRAIN_IMAGES, lambda held: b"\n<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
    "a zip": (TRAIN_IMAGES, lambda held: b"PK\x03\x04rest", "is a zip archive"),
    "foreign": (TRAIN_IMAGES, lambda held: b"nothing like an archive", "is no IDX file"),
    "packed page": (TRAIN_IMAGES, lambda held: gzip.compress(b"<html>"), "is no IDX file"),
    "archive cut": (TRAIN_IMAGES, lambda held: gzip.compress(held[TRAIN_IMAGES])[:5000], "was cut short: its 5,000 bytes"),
    "archive damaged": (
        TRAIN_IMAGES,
        lambda held: changed(gzip.compress(held[TRAIN_IMAGES]), 9000, b"\xff" * 50),
        "is damaged and cannot be unpacked",
    ),
    "cut": (TRAIN_IMAGES, lambda held: held[TRAIN_IMAGES][: -28 * 28 * 480], IMAGES_CUT),
    "packed after a cut": (TRAIN_IMAGES, lambda held: gzip.compress(held[TRAIN_IMAGES][: -28 * 28 * 480]), IMAGES_CUT),
    "header cut": (TRAIN_IMAGES, lambda held: held[TRAIN_IMAGES][:9], "was cut short: it ends within its header"),
    "longer": (TRAIN_LABELS, lambda held: held[TRAIN_LABELS] + b"\0", "does not end after the 960 labels"),
    "zeros": (TEST_IMAGES, lambda held: bytes(len(held[TEST_IMAGES])), "is no IDX file"),
    "sizes turned": (
        TRAIN_IMAGES,
        lambda held: (
            held[TRAIN_IMAGES][:4]
            + np.frombuffer(held[TRAIN_IMAGES][4:16], ">u4").astype("<u4").tobytes()
            + held[TRAIN_IMAGES][16:]
        ),
        "has the sizes in its header in the wrong order of bytes",
    ),
    "all turned": (
        TRAIN_LABELS,
        lambda held: held[TRAIN_LABELS][3::-1] + held[TRAIN_LABELS][4:],
        "has its bytes in the wrong order",
    ),
    "floats": (
        TEST_IMAGES,
        lambda held: changed(held[TEST_IMAGES], 2, b"\x0d"),
        "holds floats where unsigned bytes are expected",
    ),
    "test for train": (TRAIN_IMAGES, lambda held: held[TEST_IMAGES], "holds 240 images of 28 × 28 pixels where 960 images"),
    "train for test": (TEST_LABELS, lambda held: gzip.compress(held[TRAIN_LABELS]), "holds 960 labels where 240 labels"),
    "labels for images": (TEST_IMAGES, lambda held: held[TEST_LABELS], "holds 240 labels where 240 images"),
    "one byte": (
        TEST_IMAGES,
        lambda held: changed(held[TEST_IMAGES], 5000, b"\x01\x02\x03"),
        "does not hold what Fashion-MNIST has",
    ),
}


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("called", ["{}", "{}.gz"])
def test_what_is_wrong_is_said_of_the_file_in_which_it_is(fashion, held, name, damage, said, called):
    home = small_set.home(fashion)
    (home / f"{name}.gz").unlink()
    path = home / called.format(name)
    path.write_bytes(damage(held))
    assert f"The data set Fashion-MNIST is damaged: {path} {said}" in refusal(fashion)


def test_every_damaged_and_every_missing_file_is_named(fashion, held):
    home = small_set.home(fashion)
    (home / f"{TRAIN_IMAGES}.gz").write_bytes(gzip.compress(held[TRAIN_IMAGES])[:700])
    (home / TRAIN_IMAGES).write_bytes(b"")
    (home / f"{TEST_IMAGES}.gz").write_bytes(b"<html>")
    (home / f"{TEST_LABELS}.gz").unlink()
    said = refusal(fashion)
    assert [
        path
        for path in (home / TRAIN_IMAGES, home / f"{TRAIN_IMAGES}.gz", home / f"{TEST_IMAGES}.gz")
        if f"{path} " not in said
    ] == []
    assert f"is not complete: {TEST_LABELS}.gz not found" in said


def test_a_file_of_another_set_is_named_as_what_it_is(elsewhere):
    """MNIST's own labels under Fashion-MNIST's and KMNIST's names, which have as many."""
    for wanted in (archives.FASHION, archives.KMNIST):
        home = small_set.home(wanted)
        home.mkdir(parents=True)
        (home / f"{TEST_LABELS}.gz").write_bytes((SHIPPED / f"{TEST_LABELS}.gz").read_bytes())
        assert f"{home / TEST_LABELS}.gz holds MNIST's {TEST_LABELS}" in refusal(wanted)


def test_where_the_contents_are_not_known_labels_must_be_ten_classes_of_one_size(elsewhere, held):
    wanted = small_set.small(archives.KMNIST, held, known=False)
    home = small_set.home(wanted)
    small_set.put(held, home)
    assert archives.trouble(wanted) == ""
    labels, path = held[TEST_LABELS], home / f"{TEST_LABELS}.gz"
    path.write_bytes(changed(labels, 8, bytes([(labels[8] + 1) % 10])))
    assert f"{path} has 23 to 25 labels of a class, and KMNIST has as many of each" in refusal(wanted)
    published = replace(wanted.files[3], archive=hashlib.md5(path.read_bytes()).hexdigest())
    assert archives.trouble(replace(wanted, files=(*wanted.files[:3], published))) == ""  # the archive itself is known
    path.write_bytes(changed(labels, 8, b"\x2e"))
    assert f"{path} has labels up to 46, and KMNIST has 10 classes" in refusal(wanted)


def test_files_that_were_mended_are_noticed(fashion, held):
    path = small_set.home(fashion) / f"{TEST_IMAGES}.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    refusal(fashion)
    path.write_bytes(whole)
    assert archives.trouble(fashion) == ""


def test_a_data_set_of_such_files_keeps_the_end_of_its_training_images_for_validation(fashion, held):
    found = data.of_archives(fashion).read()
    assert [len(part) for part in (found.train, found.validation, found.test)] == [880, 80, 240]
    assert found.validation.images.numpy().tobytes() == held[TRAIN_IMAGES][16 + 880 * 784 :]
    assert found.classes[3] == "Dress"


class _Mirror(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def mirror(tmp_path, held, monkeypatch):
    """A server on this machine that has the four archives, in place of Fashion-MNIST's; its folder, and what was asked for."""
    from vae.torchvision_repair import import_torchvision

    asked: list[str] = []

    class Counting(_Mirror):
        def do_GET(self):
            asked.append(self.path.strip("/"))
            super().do_GET()

    folder = tmp_path / "mirror"
    small_set.put(held, folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(import_torchvision().datasets.FashionMNIST, "mirrors", [address])
    yield folder, asked
    server.shutdown()
    server.server_close()


def test_a_download_fetches_what_is_missing_or_damaged_and_nothing_else(fashion, mirror):
    home = small_set.home(fashion)
    (home / f"{TRAIN_LABELS}.gz").unlink()
    (home / f"{TEST_IMAGES}.gz").write_bytes(b"<html>")
    assert archives.download(fashion) == home
    assert set(mirror[1]) == {f"{TRAIN_LABELS}.gz", f"{TEST_IMAGES}.gz"}
    assert archives.trouble(fashion) == ""
    assert {path.name for path in home.iterdir()} == {f"{file.name}.gz" for file in fashion.files}


def test_a_download_that_sends_something_else_says_so_and_leaves_what_was_there(fashion, mirror):
    home, (folder, _) = small_set.home(fashion), mirror
    (home / f"{TEST_IMAGES}.gz").unlink()
    (folder / f"{TEST_IMAGES}.gz").write_bytes(b"<html>Sign in to this network</html>")
    with pytest.raises(
        DataError, match=r"Fashion-MNIST could not be downloaded: what http://127\.0\.0\.1:\d+/ sends is a web page"
    ):
        archives.download(fashion)
    (folder / f"{TEST_IMAGES}.gz").unlink()
    with pytest.raises(DataError, match=rf"http://127\.0\.0\.1:\d+/{TEST_IMAGES}\.gz cannot be reached \(.*404"):
        archives.download(fashion)
    assert {path.name for path in home.iterdir()} == {f"{file.name}.gz" for file in fashion.files} - {f"{TEST_IMAGES}.gz"}


def test_a_project_that_cannot_be_written_gets_its_files_in_the_cache(fashion, mirror, monkeypatch):
    home, cache = fashion.places()
    (home / f"{TEST_IMAGES}.gz").unlink()
    whole = archives.tempfile.TemporaryFile

    def refuse(dir: Path):
        if dir == home:
            raise PermissionError("read-only")
        return whole(dir=dir)

    monkeypatch.setattr(archives.tempfile, "TemporaryFile", refuse)
    assert archives.download(fashion) == cache
    assert [path.name for path in cache.iterdir()] == [f"{TEST_IMAGES}.gz"]
    assert archives.trouble(fashion) == ""


def test_no_folder_to_write_to_says_which_setting_names_one(elsewhere, tmp_path):
    for name in ("data", "cache"):
        (tmp_path / name).write_text("a file where a folder should be")
    with pytest.raises(DataError, match="LATENT_EXPLORER_CACHE"):
        archives.download(archives.FASHION)
