"""Reading in a process of its own: the same result, bounded memory, and a sentence whatever becomes of the process."""

import io
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from hostile import HOSTILE, IMAGES, csv, idx, npz, pictures, zipped

import ingest
from ingest.apart import ENDED, MEMORY, ROOT, TOO_LONG, TOO_MUCH_MEMORY, Apart
from ingest.choices import NO_LABELS, Choices
from ingest.levels import Levels

LABELS = np.arange(60) % 3
MANY = 2**20


def apart(files: list[tuple[str, bytes]], **options) -> Apart:
    """A process that reads these files."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  the process needs it
    file.write(b"".join(contents for _, contents in files))
    return Apart(file, [(name, len(contents)) for name, contents in files], **options)


@pytest.mark.parametrize(
    ("files", "choices"),
    [
        ([("a.zip", zipped(pictures()))], Choices()),
        ([("a.npz", npz(images=IMAGES / 254, labels=LABELS))], Choices(levels=Levels(0, 2))),
        ([("labels", idx(LABELS.astype(np.uint8))), ("images", idx(IMAGES))], Choices()),
        ([("a.csv", csv(np.insert(IMAGES.reshape(60, -1), 784, LABELS, 1)))], Choices(column=NO_LABELS)),
    ],
)
def test_it_gives_what_reading_here_gives(files, choices):
    here = ingest.read(files, choices)
    with apart(files, choices=choices) as process:
        there = process.follow()
    for name in ("pixels", "labels"):
        np.testing.assert_array_equal(getattr(there, name), getattr(here, name))
    assert replace(there, pixels=here.pixels, labels=here.labels) == here


def test_what_is_refused_here_is_refused_there_in_the_same_words():
    for name in ("a PDF", "array that claims gigabytes", "CSV with a short row"):
        with pytest.raises(ingest.Refused) as here:
            ingest.read(HOSTILE[name][0]())
        with apart(HOSTILE[name][0]()) as process, pytest.raises(ingest.Refused) as there:
            process.follow()
        assert str(there.value) == str(here.value)


def test_what_may_be_meant_instead_comes_with_the_refusal():
    with apart([("a.npz", npz(images=IMAGES * 300.0))]) as process, pytest.raises(ingest.Unclear) as there:
        process.follow()
    with pytest.raises(ingest.Unclear) as here:
        ingest.read([("a.npz", npz(images=IMAGES * 300.0))])
    assert there.value.levels == here.value.levels != ()


def table(megabytes: int) -> tuple[bytes, int]:
    """A table of digits, label first, and how many rows it has."""
    draw = np.random.default_rng(0)
    rows = [",".join(map(str, [i % 10, *(draw.integers(0, 256, 784) * (draw.random(784) < 0.2))])) for i in range(50)]
    block = ("\n".join(rows) + "\n").encode()
    times = megabytes * MANY // len(block)
    return block * times, 50 * times


def test_a_large_table_is_read_in_little_memory():
    contents, rows = table(30)
    told, peaks = [], [0]

    def heard(done: int, of: int) -> None:
        told.append((done, of))
        status = Path(f"/proc/{process.process.pid}/status").read_text()
        peaks.append(int(status.partition("VmHWM:")[2].split()[0]) * 1024)

    with apart([("a.csv", contents)]) as process:
        brought = process.follow(heard)
    assert len(brought) == rows
    assert max(peaks) < 110 * MANY  # Python and NumPy take 35 MB, the images 23
    assert max(peaks) + MEMORY < 500 * MANY
    assert all(of in (0, rows) and done <= rows for done, of in told)
    assert told == sorted(told, key=lambda each: (each[1], each[0]))  # counted first, then read


def test_more_memory_than_it_may_take_is_a_sentence():
    files = [("a.npz", npz(images=np.zeros((20_000, 28, 28), np.uint8)))]
    with apart(files, memory=4 * MANY) as process, pytest.raises(ingest.Refused) as refused:
        process.follow()
    assert str(refused.value) == TOO_MUCH_MEMORY


@pytest.mark.parametrize(("by", "said"), [(signal.SIGKILL, ENDED), (signal.SIGSEGV, ENDED), (signal.SIGXCPU, TOO_LONG)])
def test_whatever_ends_it_is_a_sentence(by, said):
    with apart([("a.csv", csv(IMAGES))]) as process:
        os.kill(process.process.pid, signal.SIGSTOP)
        os.kill(process.process.pid, by)
        os.kill(process.process.pid, signal.SIGCONT)
        with pytest.raises(ingest.Refused) as refused:
            process.follow()
    assert str(refused.value) == said


@pytest.mark.parametrize(
    "spoken",
    [b"", b"no JSON\n", b"[]\n", b'{"count": 70000, "brought": {}}\n', b'{"count": 60, "brought": {}}\n1234'],
)
def test_what_is_no_answer_is_not_believed(spoken):
    with apart([("a.csv", csv(IMAGES))]) as process:
        os.kill(process.process.pid, signal.SIGKILL)
        process.process.stdout.close()
        process.process.stdout = io.BytesIO(spoken)
        with pytest.raises(ingest.Refused, match="ended before it was done"):
            process.follow()


def test_it_is_not_told_what_it_need_not_know(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://name:password@host/database")
    with apart([("a.csv", csv(IMAGES))]) as process:
        os.kill(process.process.pid, signal.SIGSTOP)
        assert b"password" not in Path(f"/proc/{process.process.pid}/environ").read_bytes()


def test_it_ends_when_whoever_asked_is_killed(tmp_path):
    contents, _ = table(30)
    (tmp_path / "a.csv").write_bytes(contents)
    ask = (
        f"from ingest.apart import Apart; process = Apart(open({str(tmp_path / 'a.csv')!r}, 'rb'), [('a.csv', {len(contents)})]); "
        "print(process.process.pid, flush=True); process.follow()"
    )
    asking = subprocess.Popen([sys.executable, "-c", ask], cwd=ROOT, stdout=subprocess.PIPE)
    reading = psutil.Process(int(asking.stdout.readline()))
    asking.kill()
    asking.communicate()
    reading.wait(60)
