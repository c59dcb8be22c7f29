"""A real PostgreSQL for tests: Debian's package, a fresh cluster in a temporary folder, on a free local port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "explorer", "a-secret-of-the-tests"
ACCOUNT = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
MISSING = "These tests need PostgreSQL, and there is none here. On Debian or Ubuntu: apt-get install postgresql."


class Server:
    """A cluster that can be stopped and started."""

    def __init__(self, programs: Path, folder: Path, account: str | None):
        self._programs, self.folder, self._account = programs, folder, account
        self.port = _free_port()

    def make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "--no-sync", "--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}", "--encoding=UTF8")

    def start(self) -> None:
        settings = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "-o", settings)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=fast", "--wait")

    def database(self) -> str:
        """Empty the database and return its URL. (A new database each time would take 300 files.)"""
        self.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
        return self.url("postgres")

    def url(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, "--pgdata", self.folder / "data", *arguments]
        with (self.folder / "output").open("ab") as output:  # not a pipe: the server would keep it open
            code = subprocess.run(
                command, user=self._account, cwd=self.folder, stdout=output, stderr=output, check=False
            ).returncode
        assert code == 0, (self.folder / "output").read_text()


@contextmanager
def server() -> Iterator[Server]:
    """A running server. If PostgreSQL is not installed, the test is skipped, or fails with CI=true."""
    programs = _programs()
    if programs is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="latent-explorer-postgres-"))
    try:
        give(folder)
        cluster = Server(programs, folder, ACCOUNT)
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def give(folder: Path) -> None:
    """Let the server own a folder."""
    if ACCOUNT is not None:
        shutil.chown(folder, ACCOUNT)


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
