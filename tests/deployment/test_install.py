"""Installation chooses for itself, goes on after an interruption, and says in a sentence what is in its way."""

import ast
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import install
from install import Environment, Trouble

ROOT = Path(install.__file__).resolve().parent
GIVEN = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX")


@pytest.fixture(autouse=True)
def _untold(monkeypatch):
    """Whatever this machine's pip is told elsewhere, it is not told here."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv(install.INDEX_SETTING, raising=False)


@pytest.fixture
def on_linux_without_a_card(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install, "has_card", lambda: False)


@pytest.fixture
def calls(monkeypatch) -> list[list[str]]:
    """What would be run; all of it works."""
    made: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, **_: made.append(command) or 0)
    return made


def folder(tmp_path: Path, requirements: str = "torch==2.13.0\ntorchvision==0.28.0\nstreamlit==1.67.0\n") -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text(requirements)
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    return tmp_path


def wheel(where: Path, name: str, version: str) -> None:
    """A package of one module that says its version."""
    where.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(where / f"{name}-{version}-py3-none-any.whl", "w") as file:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            file.writestr(path, text)


@pytest.fixture
def served(tmp_path) -> Iterator[str]:
    """Two indexes: below /cpu the builds for the CPU, below /all the usual ones of everything."""
    for name, version in (("torch", "2.13.0"), ("torchvision", "0.28.0")):
        wheel(tmp_path / "served" / "cpu" / name, name, f"{version}+cpu")
        wheel(tmp_path / "served" / "all" / name, name, version)
    wheel(tmp_path / "served" / "all" / "streamlit", "streamlit", "1.67.0")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "served"))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def versions(environment: Environment) -> list[str]:
    """What is installed of the two packages of PyTorch, and of the app's."""
    code = "import torch, torchvision, streamlit; print(torch.VERSION, torchvision.VERSION, streamlit.VERSION)"
    return subprocess.check_output([environment.python, "-c", code], text=True).split()


def test_it_takes_builds_for_the_cpu_and_all_else_from_the_usual_index(
    tmp_path, served, monkeypatch, capfd, on_linux_without_a_card
):
    monkeypatch.setenv(install.INDEX_SETTING, f"{served}/cpu")
    environment = Environment(folder(tmp_path / "project"), tool="pip")
    monkeypatch.setenv("PIP_INDEX_URL", f"{served}/all")
    assert not environment.up_to_date()
    environment.install()
    assert versions(environment) == ["2.13.0+cpu", "0.28.0+cpu", "1.67.0"]
    assert environment.up_to_date()
    assert not environment.up_to_date(dev=True)
    assert f"PyTorch for the CPU, from {served}/cpu" in capfd.readouterr().out


def test_without_that_index_it_takes_the_usual_one_and_says_so(tmp_path, calls, monkeypatch, capsys, on_linux_without_a_card):
    monkeypatch.setenv(install.INDEX_SETTING, "http://127.0.0.1:9/whl/cpu")  # the port that discards: nobody listens
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    Environment(folder(tmp_path), tool="pip").install()
    said = capsys.readouterr().out
    assert "http://127.0.0.1:9/whl/cpu cannot be reached (" in said
    assert "several GB of libraries for NVIDIA cards" in said
    assert not any("--index-url" in command for command in calls)
    assert any(command[-2:] == ["-r", str(tmp_path / "requirements.txt")] for command in calls)


@pytest.mark.parametrize(("system", "card"), [("linux", True), ("darwin", False), ("win32", False)])
def test_elsewhere_the_usual_index_has_the_right_build(tmp_path, calls, monkeypatch, system, card):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(install, "has_card", lambda: card)
    monkeypatch.setattr(install, "unreachable", lambda _: pytest.fail("nobody is asked"))
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    Environment(folder(tmp_path), tool="pip").install()
    assert not any("--index-url" in command for command in calls)


def test_a_card_is_one_that_its_driver_knows(tmp_path):
    assert not install.has_card(tmp_path / "version", which=lambda _: None)
    assert not install.has_card(tmp_path / "version", which=lambda _: shutil.which("false"))
    assert install.has_card(tmp_path / "version", which=lambda _: shutil.which("true"))
    (tmp_path / "version").touch()
    assert install.has_card(tmp_path / "version", which=lambda _: None)


def tool(environment: Environment) -> str:
    """What installs: the program."""
    return Path(environment._command()[0]).name


def test_uv_installs_where_it_is_or_can_be_had_and_pip_otherwise(tmp_path, calls, monkeypatch):
    environment = Environment(folder(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert environment._command() == ["/usr/bin/uv", "pip", "install", "--python", environment.python]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert tool(environment) == "python"  # nobody could have it
    assert calls[-1][-1] == "uv"  # it was asked for
    (environment.bin / "uv").touch()
    assert environment._command()[0] == str(environment.bin / "uv")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")  # what uv would not read
    assert tool(environment) == "python"
    assert tool(Environment(tmp_path, tool="uv")) == "uv"
    assert Environment(tmp_path, flags=("--no-index",))._command()[-1] == "--no-index"


def test_what_was_half_installed_is_installed_anew(tmp_path):
    packages = tmp_path / "lib" / "python3.12" / "site-packages"
    for name in ("whole", "half"):
        (packages / f"{name}-1.0.dist-info").mkdir(parents=True)
        (packages / f"{name}-1.0.dist-info" / "METADATA").touch()
    (packages / "whole-1.0.dist-info" / "RECORD").touch()
    assert install.forget_halves(tmp_path) == ["half-1.0.dist-info"]
    assert [path.name for path in packages.iterdir()] == ["whole-1.0.dist-info"]


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path, monkeypatch):
    environment, made = Environment(folder(tmp_path)), []

    def call(command, **_):
        if command[0] == environment.python:
            raise FileNotFoundError
        made.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    environment._make()
    shutil.rmtree(environment.venv)
    environment._make()
    venv = [sys.executable, "-m", "venv"]
    assert made == [[*venv, "--clear", str(environment.venv)], [*venv, str(environment.venv)]]


@pytest.mark.parametrize(
    ("version", "bits", "why"), [((3, 8), 64, "This is Python 3.8, and Latent Explorer needs 3.11"), ((3, 12), 32, "64 bits")]
)
def test_a_python_that_cannot_run_the_app_says_which_can(version, bits, why):
    with pytest.raises(Trouble, match=why):
        install.check_python(version, bits)
    install.check_python((3, 11), 64)
    install.check_python((3, 15), 64)


def test_where_the_usual_python_is_too_old_a_newer_one_is_found(monkeypatch):
    there = {"python3.12": "/usr/bin/python3.12", "python3.11": "/usr/bin/python3.11"}
    assert install.newer_python(there.get) == "/usr/bin/python3.12"
    assert install.newer_python(lambda _: None) == ""


def test_an_old_python_can_read_the_file():
    ast.parse((ROOT / "install.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_no_room_is_said_before_anything_is_installed(tmp_path, calls, monkeypatch, on_linux_without_a_card):
    monkeypatch.setattr(install, "unreachable", lambda _: "")
    monkeypatch.setattr(install, "free_gb", lambda _: 1.2)
    with pytest.raises(Trouble, match=r"about 3 GB, and the disk of .* has 1\.2 GB left\. Make room"):
        Environment(folder(tmp_path)).install()
    assert calls == []
    install.check_room(3.0, free=1.2, there=2.0, folder="/")  # most of it is installed already


def test_a_failure_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 1)
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    with pytest.raises(Trouble, match=r"online\. Run the same command again: it goes on"):
        Environment(tmp_path)._run(["false"])
    monkeypatch.setattr(install, "free_gb", lambda _: 0.01)
    with pytest.raises(Trouble, match="The disk is full"):
        Environment(tmp_path)._run(["false"])


def test_stopped_by_hand_it_says_that_it_goes_on(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Environment, "install", stopped)
    monkeypatch.setattr(Environment, "up_to_date", lambda *_: False)
    assert install.main([]) == 130
    assert capsys.readouterr().err.strip() == f"Stopped. {install.AGAIN}"


def test_both_packages_of_pytorch_are_pinned_where_it_looks_for_them():
    names = [pin.partition("==")[0] for pin in install.pinned((ROOT / "requirements.txt").read_text(encoding="utf-8"))]
    assert names == list(install.TORCH)


def test_make_names_what_is_missing(tmp_path):
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    made = subprocess.run(["make", "run", "PYTHON=no-such-python"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode != 0
    assert "There is no no-such-python here. Install Python 3.11 or newer" in made.stdout
