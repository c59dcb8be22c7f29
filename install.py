"""Install into .venv beside this file what the app needs, and start it: `python install.py --run`, or `make run`, which asks this file.

On Linux without an NVIDIA card it takes builds of PyTorch for the CPU, which are a tenth as large as those for a card. It installs with uv where that
is there or can be had, with pip otherwise. What was installed before an interruption is not installed again.

It needs nothing but Python, and is written so that an old one still reads it and says which it needs.
"""

import argparse
import ast
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)  # of Python; a newer one is tried, since its packages may be there by now
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
INDEX_SETTING = "LATENT_EXPLORER_TORCH_INDEX"  # another place that has the builds for the CPU, such as a mirror
TORCH = ("torch", "torchvision")  # what that place has, and others have in another build
PATIENCE = 10  # seconds in which it must answer
NEEDED = {"cpu": 3.0, "any": 6.0}  # GB on the disk; "any": with libraries for NVIDIA cards
KEPT = {"cpu": 0.5, "any": 3.0}  # GB of downloads that pip keeps, where that is the same disk
FULL = 0.2  # GB: with less than this left, a failure was the disk's
PLACES = ("index-url", "extra-index-url", "find-links", "no-index")  # of pip's settings, those that say where packages are
WAYS = ("cert", "proxy")  # and how to get there; uv reads none of them
AGAIN = "Run the same command again: it goes on where it stopped."


class Trouble(Exception):
    """Why it cannot be installed: a sentence that says what to do."""


def check_python(version: tuple = sys.version_info[:2], bits: int = 64 if sys.maxsize > 2**32 else 32) -> None:
    """Trouble where this Python cannot run the app."""
    if tuple(version) < OLDEST:
        raise Trouble(
            "This is Python {}.{}, and Latent Explorer needs {}.{} or newer. Install a newer one (https://www.python.org/downloads), then name it: "
            "make run PYTHON=python3.12, or: python3.12 install.py --run".format(*version, *OLDEST)
        )
    if bits < 64:
        raise Trouble("This is a Python of 32 bits, for which there is no PyTorch. Install a Python of 64 bits.")


def newer_python(which=shutil.which) -> str:
    """The path of a Python on this machine that is new enough, the newest first; "" where there is none."""
    names = [f"python{OLDEST[0]}.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    return next((found for found in map(which, names) if found), "")


def has_card(proc: Path = Path("/proc/driver/nvidia/version"), which=shutil.which) -> bool:
    """Whether this machine has an NVIDIA card that its driver knows."""
    if proc.exists():
        return True
    tool = which("nvidia-smi")
    return bool(tool) and subprocess.run([tool, "-L"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def unreachable(index: str, told: dict) -> str:
    """Why that index cannot be reached by the certificates and the proxy that pip is told of; "" where it can."""
    if not index.startswith(("http://", "https://")):
        return ""
    trusted = told.get("cert") or os.environ.get("SSL_CERT_FILE") or None
    proxy = {"http": told["proxy"], "https": told["proxy"]} if told.get("proxy") else None  # None: as the environment says
    try:
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=trusted))
        asking = urllib.request.build_opener(urllib.request.ProxyHandler(proxy), secure)
        with asking.open(index.rstrip("/") + "/torch/", timeout=PATIENCE):
            return ""
    except (OSError, ValueError) as error:  # urllib's own errors are OSErrors
        return str(getattr(error, "reason", error)) or type(error).__name__


def pinned(requirements: str, names: tuple = TORCH) -> list:
    """The lines of a requirements file that pin these packages."""
    found = dict(re.findall(r"(?m)^([A-Za-z0-9_.-]+)(==[^\s;#]+)", requirements))
    return [name + found[name] for name in names if name in found]


def free_gb(folder: Path) -> float:
    """How much room the disk of a folder has."""
    return shutil.disk_usage(str(folder)).free / 1e9


def size_gb(folder: Path) -> float:
    """How much room a folder takes by now."""
    return sum(file.lstat().st_size for file in folder.rglob("*")) / 1e9


def check_room(needed: float, free: float, there: float, folder: str) -> None:
    """Trouble where a disk with `free` GB cannot take what is still missing; `there` are installed already."""
    if free + there < needed:
        raise Trouble(
            f"There is no room: installing takes about {needed - there:.0f} GB, and the disk of {folder} has {free:.1f} GB left. "
            "Make room, or move this folder to a larger disk."
        )


def forget_halves(environment: Path) -> list:
    """Have packages installed anew that an interruption left half installed: what is written last, their RECORD, is missing. Returns them."""
    halves = [info for info in environment.glob("**/site-packages/*.dist-info") if not (info / "RECORD").exists()]
    for info in halves:
        shutil.rmtree(str(info))
    return [info.name for info in halves]


class Environment:
    """The .venv and what installs into it."""

    def __init__(self, folder: Path = HERE, flags: tuple = (), tool: str = ""):
        self.folder, self.flags, self.tool = folder, list(flags), tool
        self.kind = "cpu"  # of what comes: a key of NEEDED
        self.venv = folder / ".venv"
        self.bin = self.venv / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(self.bin / ("python.exe" if os.name == "nt" else "python"))

    def installed(self, dev: bool) -> Path:
        """The file that says when all was installed."""
        return self.venv / ("installed-dev" if dev else "installed")

    def up_to_date(self, dev: bool = False) -> bool:
        """Whether all is installed that is asked for."""
        done = self.installed(dev)
        asked = [self.folder / "requirements.txt"] + ([self.folder / "requirements-dev.txt"] if dev else [])
        return done.exists() and all(done.stat().st_mtime >= file.stat().st_mtime for file in asked)

    def install(self, dev: bool = False) -> None:
        """Install everything. Trouble where that fails."""
        say(f"Latent Explorer is installed into {self.venv}. This takes a minute or two, once.")
        self._check_room()
        self._make()
        forget_halves(self.venv)
        told = {} if self.flags else self.told()
        index = "" if self.flags else self._index(told)
        if sys.platform.startswith("linux") and not (index or self.flags or any(name in told for name in PLACES)):
            self.kind = "any"
            self._check_room()
        ways = self._ways(told)
        pins = pinned((self.folder / "requirements.txt").read_text(encoding="utf-8"))
        if index and pins:
            say(f"PyTorch for the CPU, from {index}")
            self._run(ways, ["--no-deps", "--index-url", index, *pins])
        say("All that the app needs" + (", and what tests and linters need" if dev else ""))
        self._run(ways, ["-r", str(self.folder / ("requirements-dev.txt" if dev else "requirements.txt"))])
        say("Compiling, on all cores")
        # Some packages bring files of other Pythons, which do not compile; no harm done.
        subprocess.call([self.python, "-m", "compileall", "-qq", "-j", "0", "-x", "[/\\\\]tests?[/\\\\]", str(self.venv)])
        for each in {self.installed(False), self.installed(dev)}:
            each.touch()

    def _check_room(self) -> None:
        """Trouble where the disk cannot take what comes."""
        check_room(NEEDED[self.kind], free_gb(self.folder), size_gb(self.venv), str(self.folder))

    def told(self) -> dict:
        """What somebody has told the environment's pip, by its settings or by a file, of where packages are and how to get there."""
        asked = subprocess.run([self.python, "-m", "pip", "config", "list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        said = re.findall(r"(?m)^(global|install|:env:)\.([a-z-]+)=('.*'|\".*\")\r?$", asked.stdout.decode(errors="replace"))
        ranked = sorted(said, key=lambda each: ("global", "install", ":env:").index(each[0]))  # the last one holds
        told = {name: ast.literal_eval(value) for _, name, value in ranked if name in PLACES + WAYS}
        return {name: value for name, value in told.items() if value}

    def _index(self, told: dict) -> str:
        """Where PyTorch for the CPU comes from; "" to take what the usual places have. Nobody is asked where pip is told where wheels lie."""
        if not sys.platform.startswith("linux") or has_card():
            return ""
        index = os.environ.get(INDEX_SETTING, "" if "find-links" in told or "no-index" in told else CPU_INDEX)
        why = unreachable(index, told) if index else ""
        if why:
            say(
                f"{index} cannot be reached ({why}). PyTorch comes from where all other packages come from: the app runs as well, but from PyPI "
                f"it brings several GB of libraries for NVIDIA cards. If you have a mirror of those builds, name it in {INDEX_SETTING}."
            )
        return "" if why else index

    def _make(self) -> None:
        """Make the .venv, or make a broken one anew."""
        works = [self.python, "-c", "import pip"], [self.python, "-c", "import encodings"]
        if quiet(works[0]) or (self.uv() and quiet(works[1])):
            return
        say("An environment with Python {}.{}".format(*sys.version_info[:2]))
        broken = ["--clear"] if self.venv.exists() and not quiet(works[1]) else []
        if subprocess.call([sys.executable, "-m", "venv", *broken, str(self.venv)]) == 0:
            return
        uv = self.uv()
        if not uv or subprocess.call([uv, "venv", "--allow-existing", "--python", sys.executable, str(self.venv)]) != 0:
            raise Trouble(
                "Python cannot make an environment here; the lines above say why. On Debian and Ubuntu it needs one more package: "
                "sudo apt install python3-venv"
            )

    def uv(self) -> str:
        """The path of uv; "" where there is none."""
        own = self.bin / ("uv.exe" if os.name == "nt" else "uv")
        return (str(own) if own.exists() else "") or shutil.which("uv") or ""

    def _ways(self, told: dict) -> list:
        """What installs packages, each as the beginning of a command: where one fails, the next one tries."""
        pip = [self.python, "-m", "pip", "install", "--no-compile", "--disable-pip-version-check", *self.flags]
        if self.flags or self.tool == "pip":
            return [pip]
        if told and not self.tool:
            say("pip is told on this machine where packages are or how to get there, and uv does not read that: pip installs.")
            return [pip]
        if not self.uv():
            say("uv, which installs faster than pip")
            subprocess.call([self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
        uv = self.uv()
        if not uv:
            say("uv cannot be had: pip installs.")
            return [pip]
        alone = self.tool == "uv" or not quiet([self.python, "-c", "import pip"])
        return [[uv, "pip", "install", "--python", self.python]] + ([] if alone else [pip])

    def _run(self, ways: list, what: list) -> None:
        """Install that, with its progress on the screen, by the first way that works, and forget ways that fail. Trouble where all do."""
        while subprocess.call([*ways[0], *what]) != 0:
            if min(free_gb(self.folder), free_gb(Path(tempfile.gettempdir()))) < FULL:
                room = NEEDED[self.kind] + KEPT[self.kind]
                raise Trouble(f"The disk is full. Make room, for about {room:.0f} GB in all. {AGAIN}")
            if len(ways) == 1:
                break
            say("uv did not manage: pip tries the same.")
            del ways[0]
        else:
            return
        hint = ""
        if sys.version_info[:2] > NEWEST:
            hint = " Some packages may not be there for Python {}.{} yet: take an older one, such as make run PYTHON=python{}.{}.".format(
                *sys.version_info[:2], *NEWEST
            )
        raise Trouble("Not all could be installed; the lines above say why. See that this machine is online. " + AGAIN + hint)


def quiet(command: list) -> bool:
    """Whether a command works."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def say(sentence: str) -> None:
    """A line of progress."""
    print("\n==> " + sentence if sys.stdout.isatty() else "==> " + sentence, flush=True)


def main(arguments=None) -> int:
    """Install, and start the app if asked; 0 when it worked."""
    parser = argparse.ArgumentParser(description="Install what Latent Explorer needs into .venv, and start it.")
    parser.add_argument("--run", action="store_true", help="start the app afterwards; at once where all is installed")
    parser.add_argument("--port", type=int, default=8501, help="of the app, 8501 if not said")
    parser.add_argument("--dev", action="store_true", help="install what tests and linters need, too")
    parser.add_argument(
        "--with", dest="tool", choices=("uv", "pip"), default="", help="what installs; uv if not said, where it can be had"
    )
    parser.add_argument("--flags", default="", help="more options of pip, which then installs, such as an index of your own")
    said = parser.parse_args(arguments)
    environment = Environment(flags=tuple(said.flags.split()), tool=said.tool)
    try:
        if sys.version_info[:2] < OLDEST and newer_python():
            other = newer_python()
            say("Python {}.{} is too old; {} is here, too, and is taken.".format(*sys.version_info[:2], other))
            return subprocess.call([other, str(HERE / "install.py"), *(sys.argv[1:] if arguments is None else arguments)])
        check_python()
        if not (said.run and environment.up_to_date(said.dev)):
            environment.install(said.dev)
        if not said.run:
            say("Installed.")
            return 0
        os.chdir(str(HERE))
        command = [environment.python, "-m", "streamlit", "run", "app.py", "--server.port", str(said.port)]
        if os.name == "posix":  # in place of this process, so that what ends it ends the app
            os.execv(command[0], command)
        return subprocess.call(command)
    except Trouble as trouble:
        print("\n" + str(trouble), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nInstalling stopped: {error}. {AGAIN}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if not environment.up_to_date(said.dev):
            print("\nStopped. " + AGAIN, file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
