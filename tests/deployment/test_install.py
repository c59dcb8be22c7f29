"""Installation chooses for itself, goes on after an interruption, and says in a sentence what is in its way."""

import ast
import http.server
import os
import shutil
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import install
from install import Environment, Trouble

ROOT = Path(install.__file__).resolve().parent
GIVEN = [f"PIP_{name.upper().replace('-', '_')}" for name in install.PLACES + install.WAYS]


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
    """What would be run; all of it works, and pip is told nothing."""
    made: list[list[str]] = []
    monkeypatch.setattr(Environment, "told", lambda _: {})
    monkeypatch.setattr(subprocess, "call", lambda command, **_: made.append(command) or 0)
    return made


def folder(tmp_path: Path, requirements: str = "torch==2.13.0\ntorchvision==0.28.0\nstreamlit==1.67.0\n") -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text(requirements)
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    return tmp_path


def wheel(index: Path, name: str, version: str) -> None:
    """A package of one module that says its version, in an index that is a folder."""
    (index / name).mkdir(parents=True)
    info, file = f"{name}-{version}.dist-info", f"{name}-{version}-py3-none-any.whl"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(index / name / file, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    (index / name / "index.html").write_text(f'<!DOCTYPE html><a href="{file}">{file}</a>')


@pytest.fixture
def real(tmp_path) -> Environment:
    """A real environment, with the pip that is here: to bring its own would take seconds."""
    pip = pytest.importorskip("pip")
    environment = Environment(folder(tmp_path / "project"), tool="pip")
    venv.create(environment.venv)
    (packages,) = environment.venv.glob("**/site-packages")
    (packages / "pip").symlink_to(Path(pip.__file__).parent, target_is_directory=True)
    return environment


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server on this machine, which has /cpu/torch/ alone."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.endswith("/cpu/torch/") else 404)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def versions(environment: Environment) -> list[str]:
    """What is installed of the two packages of PyTorch, and of the app's."""
    code = "import torch, torchvision, streamlit; print(torch.VERSION, torchvision.VERSION, streamlit.VERSION)"
    return subprocess.check_output([environment.python, "-c", code], text=True).split()


def test_it_takes_builds_for_the_cpu_and_all_else_from_the_usual_index(
    tmp_path, real, monkeypatch, capfd, on_linux_without_a_card
):
    cpu, usual = tmp_path / "cpu", tmp_path / "usual"
    for name, version in (("torch", "2.13.0"), ("torchvision", "0.28.0")):
        wheel(cpu, name, f"{version}+cpu")
        wheel(usual, name, version)
    wheel(usual, "streamlit", "1.67.0")
    monkeypatch.setenv(install.INDEX_SETTING, cpu.as_uri())
    monkeypatch.setenv("PIP_INDEX_URL", usual.as_uri())
    assert not real.up_to_date()
    real.install()
    assert versions(real) == ["2.13.0+cpu", "0.28.0+cpu", "1.67.0"]
    assert real.up_to_date()
    assert not real.up_to_date(dev=True)
    assert f"PyTorch for the CPU, from {cpu.as_uri()}" in capfd.readouterr().out


def test_what_pip_is_told_is_what_the_pip_of_the_environment_says(tmp_path, real, monkeypatch):
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex_url = https://a/it's\ncert = /all\ntimeout = 9\n[install]\ncert = /mine\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python-without-pip"))
    assert real.told() == {"index-url": "https://a/it's", "cert": "/mine", "proxy": "http://proxy:3128"}


def test_an_index_is_asked_by_the_proxy_that_pip_is_told_of(site):
    assert install.unreachable(f"{site}/cpu", {}) == ""
    assert install.unreachable(f"{site}/none", {}) == "Not Found"
    assert install.unreachable("http://index.invalid/cpu", {"proxy": site}) == ""  # which the proxy alone could answer
    assert install.unreachable("https://index.invalid/cpu", {"cert": "/no/such/file"}) != ""


def test_nobody_is_asked_where_pip_is_told_where_wheels_lie(tmp_path, calls, monkeypatch, on_linux_without_a_card):
    asked = []
    monkeypatch.setattr(install, "unreachable", lambda index, told: asked.append(index) or "it is far")
    monkeypatch.setattr(install, "free_gb", lambda _: 4.0)
    monkeypatch.setattr(Environment, "told", lambda _: {"find-links": "/wheels"})
    Environment(folder(tmp_path)).install()
    assert asked == []
    monkeypatch.setenv(install.INDEX_SETTING, "https://mirror/cpu")  # somebody wants it asked
    Environment(tmp_path).install()
    assert asked == ["https://mirror/cpu"]


def test_without_that_index_it_takes_the_usual_one_and_says_so(tmp_path, calls, monkeypatch, capsys, on_linux_without_a_card):
    monkeypatch.setattr(install, "unreachable", lambda *_: "it is far")
    monkeypatch.setattr(install, "free_gb", lambda _: 6.5)  # PyTorch from PyPI takes 4.8, all else 1.0
    Environment(folder(tmp_path), tool="pip").install()
    said = capsys.readouterr().out
    assert f"{install.CPU_INDEX} cannot be reached (it is far)" in said
    assert "several GB of libraries for NVIDIA cards" in said
    assert not any("--index-url" in command for command in calls)
    assert any(command[-2:] == ["-r", str(tmp_path / "requirements.txt")] for command in calls)
    monkeypatch.setattr(install, "free_gb", lambda _: 5.0)
    with pytest.raises(Trouble, match="about 6 GB"):
        Environment(tmp_path).install()


@pytest.mark.parametrize(("system", "card"), [("linux", True), ("darwin", False), ("win32", False)])
def test_elsewhere_the_usual_index_has_the_right_build(tmp_path, calls, monkeypatch, system, card):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(install, "has_card", lambda: card)
    monkeypatch.setattr(install, "unreachable", lambda *_: pytest.fail("nobody is asked"))
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    Environment(folder(tmp_path), tool="pip").install()
    assert not any("--index-url" in command for command in calls)


def test_a_card_is_one_that_its_driver_knows(tmp_path):
    assert not install.has_card(tmp_path / "version", which=lambda _: None)
    assert not install.has_card(tmp_path / "version", which=lambda _: shutil.which("false"))
    assert install.has_card(tmp_path / "version", which=lambda _: shutil.which("true"))
    (tmp_path / "version").touch()
    assert install.has_card(tmp_path / "version", which=lambda _: None)


def tools(environment: Environment, **told: str) -> list[str]:
    """What installs: the programs, the next where one fails."""
    return [Path(way[0]).name for way in environment._ways(told)]


def test_uv_installs_where_it_is_or_can_be_had_and_pip_otherwise(tmp_path, calls, monkeypatch):
    environment = Environment(folder(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert environment._ways({})[0] == ["/usr/bin/uv", "pip", "install", "--python", environment.python]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert tools(environment) == ["python"]  # nobody could have it
    assert calls[-1][-1] == "uv"  # it was asked for
    (environment.bin / "uv").touch()
    assert tools(environment) == ["uv", "python"]
    for name in install.PLACES + install.WAYS:  # what uv would not read
        assert tools(environment, **{name: "/there"}) == ["python"]
    assert tools(Environment(tmp_path, tool="uv"), cert="/there") == ["uv"]
    assert Environment(tmp_path, flags=("--no-index",))._ways({})[0][-1] == "--no-index"


def test_where_uv_fails_pip_tries_the_same_once_and_goes_on_alone(tmp_path, monkeypatch, capsys):
    tried: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, **_: tried.append(command) or command[0] == "uv")
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    environment, ways = Environment(tmp_path), [["uv"], ["pip"]]
    environment._run(ways, ["torch"])
    environment._run(ways, ["streamlit"])
    assert tried == [["uv", "torch"], ["pip", "torch"], ["pip", "streamlit"]]
    assert "uv did not manage: pip tries the same." in capsys.readouterr().out


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
    monkeypatch.setattr(install, "unreachable", lambda *_: "")
    monkeypatch.setattr(install, "free_gb", lambda _: 1.2)
    with pytest.raises(Trouble, match=r"about 3 GB, and the disk of .* has 1\.2 GB left\. Make room"):
        Environment(folder(tmp_path)).install()
    assert calls == []
    install.check_room(3.0, free=1.2, there=2.0, folder="/")  # most of it is installed already


def test_a_failure_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 1)
    monkeypatch.setattr(install, "free_gb", lambda _: 100.0)
    with pytest.raises(Trouble, match=r"online\. Run the same command again: it goes on"):
        Environment(tmp_path)._run([["pip"]], ["torch"])
    monkeypatch.setattr(install, "free_gb", lambda _: 0.01)
    with pytest.raises(Trouble, match="The disk is full"):
        Environment(tmp_path)._run([["pip"]], ["torch"])


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
