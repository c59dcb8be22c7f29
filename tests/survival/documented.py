"""The commands of docs/deployment.md, run as they stand there but for ports, hosts and paths."""

import socket
import subprocess
import sys
from pathlib import Path

import psutil
from an_app import ROOT

TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
INDENT = "    "


def script(chapter: str, part: str) -> str:
    """The one indented block of a chapter that has this text in it."""
    lines = TEXT.split(f"\n## {chapter}\n")[1].split("\n## ")[0].splitlines()
    blocks = "\n".join(line.removeprefix(INDENT) if line.startswith(INDENT) else "" for line in lines).split("\n\n")
    (found,) = (block.strip() for block in blocks if part in block)
    return found


class Program:
    """A block in a shell of its own, with what it starts; it has ended at the end of the context."""

    def __init__(self, block: str, log: Path, environment: dict[str, str], places: dict[str, str], folder: Path = ROOT):
        here = {".venv/bin/python": sys.executable, ".venv/bin/streamlit": f"{sys.executable} -m streamlit", **places}
        for said, meant in here.items():
            block = block.replace(said, meant)
        self.log = log
        with log.open("ab") as output:
            command = ["bash", "-e", "-c", block]
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)

    def listens(self) -> set[tuple[str, int]]:
        """The addresses and ports at which it can be reached."""
        assert self.process.poll() is None, self.log.read_text()
        return {
            (connection.laddr.ip, connection.laddr.port)
            for process in self._processes()
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN or connection.type != socket.SOCK_STREAM
        }

    def wait(self) -> None:
        """Until it has ended by itself, and well."""
        assert self.process.wait(60) == 0, self.log.read_text()

    def kill(self) -> None:
        """As a machine that loses its power."""
        for process in self._processes() if self.process.poll() is None else ():
            process.kill()
        self.process.wait(15)

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _processes(self) -> list[psutil.Process]:
        shell = psutil.Process(self.process.pid)
        return [shell, *shell.children(recursive=True)]
