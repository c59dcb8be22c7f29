"""torchvision beside a torch build that its compiled operators do not fit: cured where it is broken, untouched where not.

Each case runs in a process of its own on a package that imitates torchvision, so that it does not matter which is installed. The
processes are forks of one that has imported torch.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
import torch
import torchvision.part  # imported before the failure; unless imported again after it, torchvision lacks it
@torch.library.register_fake("torchvision::nms")
def fake_nms(dets, scores, iou_threshold): return dets.new_empty(0)
@torch.library.register_fake("torchvision::qnms")
def fake_qnms(dets, scores, iou_threshold): return dets.new_empty(0)
"""
WITH_OPERATORS = """
import torch
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""


FAULTS = ("RuntimeError('out of luck')", "ImportError('no libjpeg')")
CASES = {
    "missing operators": (
        BROKEN,
        "module = repair.import_torchvision()\n"
        "print(module.part.__name__, module is sys.modules['torchvision'], len(repair._declared), repair.import_torchvision() is module)",
    ),
    "without the repair": (BROKEN, "import torchvision"),
    "no operators asked for": ("", "repair.import_torchvision(); print(len(repair._declared))"),
    "operators there": (WITH_OPERATORS + BROKEN, "repair.import_torchvision(); print(len(repair._declared))"),
    **{fault: (f"raise {fault}", "repair.import_torchvision()") for fault in FAULTS},
}
FORKS = """
import json, os, sys, torch
from vae import torchvision_repair as repair
for folder, code in json.loads(sys.argv[1]):
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    for number, name in ((1, "said"), (2, "complained")):
        os.dup2(os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT), number)
    sys.path.insert(0, folder)
    exec(code)
    sys.exit()
"""


class Told(NamedTuple):
    """What a case wrote to stdout and to stderr."""

    said: str
    complained: str


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, Told]:
    """What became of each case."""
    folders = {name: tmp_path_factory.mktemp("case") for name in CASES}
    for name, (package, _) in CASES.items():
        (folders[name] / "torchvision").mkdir()
        (folders[name] / "torchvision" / "__init__.py").write_text(package)
        (folders[name] / "torchvision" / "part.py").write_text("")
    cases = json.dumps([(str(folders[name]), code) for name, (_, code) in CASES.items()])
    subprocess.run([sys.executable, "-c", FORKS, cases], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    return {name: Told(*((folder / file).read_text() for file in Told._fields)) for name, folder in folders.items()}


def test_missing_operators_are_declared_and_the_import_succeeds(told):
    assert told["missing operators"].said.split() == ["torchvision.part", "True", "1", "True"], told["missing operators"]


def test_without_the_repair_that_import_fails(told):
    assert "operator torchvision::nms does not exist" in told["without the repair"].complained


@pytest.mark.parametrize("case", ["no operators asked for", "operators there"])
def test_a_whole_torchvision_is_left_alone(told, case):
    assert told[case].said.strip() == "0", told[case]


@pytest.mark.parametrize("fault", FAULTS)
def test_any_other_failure_is_passed_on(told, fault):
    assert told[fault].complained.strip().splitlines()[-1] == fault.replace("('", ": ").replace("')", "")


def test_the_installed_torchvision_reads_mnist():
    from vae.torchvision_repair import import_torchvision

    mnist = import_torchvision().datasets.MNIST
    assert {name for name, _ in mnist.resources} == {
        f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1")
    }
