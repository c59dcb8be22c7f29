"""torchvision beside a torch build that its compiled operators do not fit: cured where it is broken, untouched where not.

Each case runs in a process of its own on a package that imitates torchvision, so that it does not matter which is installed.
"""

import os
import subprocess
import sys
from pathlib import Path

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


def importing(folder: Path, package: str, then: str) -> subprocess.CompletedProcess:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(package)
    (folder / "torchvision" / "part.py").write_text("")
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    code = f"import sys, torch\nfrom vae import torchvision_repair as repair\n{then}"
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_missing_operators_are_declared_and_the_import_succeeds(tmp_path):
    done = importing(
        tmp_path,
        BROKEN,
        "module = repair.import_torchvision()\n"
        "print(module.part.__name__, module is sys.modules['torchvision'], len(repair._declared), repair.import_torchvision() is module)",
    )
    assert done.stdout.split() == ["torchvision.part", "True", "1", "True"], done.stderr


def test_without_the_repair_that_import_fails(tmp_path):
    done = importing(tmp_path, BROKEN, "import torchvision")
    assert "operator torchvision::nms does not exist" in done.stderr


@pytest.mark.parametrize("package", ["", WITH_OPERATORS + BROKEN], ids=["no-operators-asked-for", "operators-there"])
def test_a_whole_torchvision_is_left_alone(tmp_path, package):
    done = importing(tmp_path, package, "repair.import_torchvision(); print(len(repair._declared))")
    assert done.stdout.strip() == "0", done.stderr


@pytest.mark.parametrize("fault", ["RuntimeError('out of luck')", "ImportError('no libjpeg')"])
def test_any_other_failure_is_passed_on(tmp_path, fault):
    done = importing(tmp_path, f"raise {fault}", "repair.import_torchvision()")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == fault.replace("('", ": ").replace("')", "")


def test_the_installed_torchvision_reads_mnist():
    from vae.torchvision_repair import import_torchvision

    mnist = import_torchvision().datasets.MNIST
    assert {name for name, _ in mnist.resources} == {
        f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1")
    }
