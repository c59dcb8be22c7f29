"""What must not come in is refused with a sentence, and before it costs memory."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import HOSTILE, SOUND

import ingest

ROOT = Path(__file__).resolve().parents[2]
MEMORY = (
    120 * 2**20
)  # bytes that reading any of them may take beyond what was there; sent files are up to 20 MB, and unpacking is buffered
MEASURE = """
import json, pickle, resource, sys, threading
from pathlib import Path
import ingest, PIL.PngImagePlugin
ingest.read([("sound.zip", Path(sys.argv[1], "sound").read_bytes())])
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
found = {}
for path in sorted(Path(sys.argv[1]).glob("*.pickle")):
    name, files = pickle.loads(path.read_bytes())
    before = peak()
    try:
        ingest.read(files)
    except ingest.Refused:
        pass
    found[name] = peak() - before
print(json.dumps(found))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name):
    files, said = HOSTILE[name]
    with pytest.raises(ingest.Refused, match=said) as refused:
        ingest.read(files())
    sentence = str(refused.value)
    assert sentence.endswith((".", "!"))
    assert len(sentence) < 400


def test_refusing_costs_little_memory(tmp_path):
    """The peak of a fresh process, which only ever rises: C code's memory counts too."""
    (tmp_path / "sound").write_bytes(SOUND)
    for i, (name, (files, _)) in enumerate(HOSTILE.items()):
        (tmp_path / f"{i:03}.pickle").write_bytes(pickle.dumps((name, files())))
    done = subprocess.run([sys.executable, "-c", MEASURE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grown = json.loads(done.stdout)
    assert set(grown) == set(HOSTILE)
    assert {name: size for name, size in grown.items() if size > MEMORY} == {}
    assert sum(grown.values()) < 2 * MEMORY
