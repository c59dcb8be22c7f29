"""Processes that serve classes, and nginx before them as docs/deployment.md has it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from an_app import ROOT, free_port
from at_work import until
from documented import TEXT

MISSING = "This test needs nginx, and there is none here. On Debian or Ubuntu: apt-get install nginx-light."


def answers(address: str) -> bool:
    """Whether the page where a code is typed comes from there."""
    try:
        with urllib.request.urlopen(f"{address}/join", timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


class ClassServer:
    """A process with the class's routes, which can be killed and started again at its port."""

    def __init__(self, log: Path, **settings: str):
        self.port, self._log, self._settings = free_port(), log, settings
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "class_app:app", f"--port={self.port}", "--log-level=warning"]
        paths = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
        environment = {**os.environ, "PYTHONPATH": paths, **self._settings}
        if "DATABASE_URL" not in self._settings:
            environment.pop("DATABASE_URL", None)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--ws=websockets-sansio"], env=environment, stdout=output, stderr=output
            )
        until(lambda: answers(self.address), f"an answer of the class, whose log is {self._log}")

    def kill(self) -> None:
        """As a machine that loses its power."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def __enter__(self) -> "ClassServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


@contextmanager
def nginx(folder: Path, *servers: ClassServer) -> Iterator[str]:
    """The address of nginx before some servers, configured as the document says but for names, ports and TLS."""
    program = shutil.which("nginx")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    port = free_port()
    (said,) = re.findall(r"```nginx\n(.*?)```", TEXT, re.DOTALL)
    said = re.sub(r"listen 443[^;]*;", f"listen 127.0.0.1:{port};", said)
    for documented, server in zip(("127.0.0.1:8501", "127.0.0.1:8502"), servers, strict=True):
        said = said.replace(documented, f"127.0.0.1:{server.port}")
    places = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    conf.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\nhttp {{\naccess_log off;\n{places}{said}}}\n"
    )
    process = subprocess.Popen([program, "-p", str(folder), "-e", str(folder / "log"), "-c", str(conf)])
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}"), "an answer of nginx")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
