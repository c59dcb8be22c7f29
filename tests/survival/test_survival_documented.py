"""The cluster of docs/deployment.md: it trains, listens where the document says, and hears nobody without the certificate."""

import asyncio
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import postgres
from an_app import free_port
from at_work import ended, environment, until
from documented import Program, script
from health import answers
from own_loop import complete

from benchmarks.session import Session
from explorer.runs.store import Store

CHAPTER = "Workers on other machines"
NAMED = (
    "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
)  # so that it is told from what is bound to the loopback by habit
QUIET = 1.0  # seconds in which a stranger has heard nothing


def test_the_documented_cluster_trains_and_hears_only_who_has_the_certificate(tmp_path):
    with postgres.server() as server:
        _train(server.database(), tmp_path)


def _train(url: str, folder: Path) -> None:
    port, door = free_port(), free_port()
    settings = environment(LATENT_EXPLORER_DATA=str(folder), LATENT_EXPLORER_WORKERS="1", LATENT_EXPLORER_NICE="0")
    places = {
        "10.0.0.1:8786": f"{NAMED}:{port}",
        "10.0.0.1": NAMED,
        "8501": str(door),
        "/path/to/": f"{folder}/",
        "postgresql://name:password@host/database": url,
    }

    def start(part: str, name: str, where: Path | None = None) -> Program:
        more = {} if where is None else {"folder": where}
        return Program(script(CHAPTER, part), folder / f"{name}.log", settings, places, **more)

    start("openssl req", "openssl", folder).wait()
    certificate = folder / "cluster.pem"
    assert stat.S_IMODE(certificate.stat().st_mode) == 0o600
    kept = Store(url)
    with start("explorer scheduler tls://", "scheduler") as scheduler, start("streamlit run", "app") as app:
        until(lambda: answers(f"http://{NAMED}:{door}"), "an answer of the app")
        said = complete(_press_start(f"http://{NAMED}:{door}"))
        assert said == f"The scheduler at tls://{NAMED}:{port} has no workers, so runs wait in the queue until one is started."
        (run,) = kept.queue()
        with start("explorer worker tls://", "workers") as workers:
            assert ended(kept, run).progress == 1
            until(lambda: len(workers.listens()) >= 3, "a worker, who looks after it, and its empty page")
            bound = {program: program.listens() for program in (scheduler, app, workers)}
            assert bound[app] == {(NAMED, door)}
            assert len(bound[scheduler]) == 2, "its door, and an empty page"
            assert {ip for ip, _ in bound[scheduler] - {(NAMED, port)}} == {"127.0.0.1"}
            assert {ip for ip, _ in bound[workers]} == {"127.0.0.1"}, "this machine's address on the way to the scheduler"

            doors = bound[scheduler] | bound[workers]
            hearing = {place for place in doors if _is_heard(place, certificate)}
            assert len(hearing) == 3
            assert (NAMED, port) in hearing
            assert not any(_is_heard(place, None) for place in hearing), "without a certificate"
            assert not any(_is_heard(place, _another(folder)) for place in hearing), "with a certificate of somebody's own"
            assert {_page(place) for place in doors - hearing} == {404}
    assert "Traceback" not in app.log.read_text()
    kept.close()


async def _press_start(address: str) -> str:
    """Press Start training for a small run; what the page says of it while there are no workers."""
    tab = Session(address, "train?data=digits&images=30000&latents=2")
    await tab.open()
    await tab.move("Start training", trigger_value=True)
    for _ in range(100):
        if "Starting" not in tab.progress:
            break
        await asyncio.sleep(0.1)
        await tab.look_again()
    await tab.close()
    return tab.progress


def _is_heard(place: tuple[str, int], certificate: Path | None) -> bool:
    """Whether whoever listens there begins to speak with a holder of that certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate)
    try:
        with socket.create_connection(place, QUIET) as plain, context.wrap_socket(plain) as talk:
            return bool(talk.recv(1))
    except OSError:
        return False


def _another(folder: Path) -> Path:
    """A certificate made by the same recipe, by somebody else."""
    other = folder / "other"
    if not other.exists():
        other.mkdir()
        subprocess.run(script(CHAPTER, "openssl req"), shell=True, cwd=other, check=True, capture_output=True)
    return other / "cluster.pem"


def _page(place: tuple[str, int]) -> int:
    """The status of the page that is served there."""
    try:
        with urllib.request.urlopen(f"http://{place[0]}:{place[1]}/", timeout=5) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
