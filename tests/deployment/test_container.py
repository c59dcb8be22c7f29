"""The container, the compose file, nginx and the service hold together with the project and with what docs/deployment.md says."""

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from explorer import public
from explorer.bringing import routes

ROOT = Path(routes.__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "latent-explorer.service").read_text(encoding="utf-8")
NOT_NEEDED = {"benchmarks"}  # of the project's folders, by who serves the app
THEIRS = {"HOME", "PYTHONDONTWRITEBYTECODE", "FORWARDED_ALLOW_IPS"}  # settings that are not the app's


def copied() -> set[str]:
    """What of the project comes into the image."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return {name for line in lines for name in line.split()}


def settings(name: str) -> dict[str, str]:
    """The environment of a service of the compose file."""
    return COMPOSE["services"][name].get("environment", {})


def test_image_and_wheel_have_all_of_the_project_that_serves_the_app():
    packages = {name if (ROOT / name).is_dir() else f"{name}.py" for name in PROJECT["tool"]["layers"]["project"]} - NOT_NEEDED
    needed = packages | {".streamlit", "checkpoints", "data", "plans", "LICENSE", "pyproject.toml"}
    assert copied() - {"install.py", "requirements.txt"} == needed
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]) == needed
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    assert sent == copied()


def test_the_app_in_the_image_is_nobody_and_writes_only_where_it_may():
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001"]
    for folder in re.findall(r"(?:LATENT_EXPLORER_DATA|LATENT_EXPLORER_CACHE|HOME)=(\S+)", DOCKERFILE):
        assert folder.startswith(("/data", "/tmp/"))
    for name, service in COMPOSE["services"].items():
        assert all(":size=" in place for place in service.get("tmpfs", [])), name  # or one of them fills the machine's memory
        if service["image"] != "latent-explorer":
            continue
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert [place.partition(":")[0] for place in service["tmpfs"]] == ["/tmp"], name
        assert "no-new-privileges:true" in service["security_opt"]


def test_the_compose_file_is_a_public_demo_unless_somebody_says_otherwise():
    assert settings("app")[public.SETTING] == "${LATENT_EXPLORER_PUBLIC:-1}"


def test_only_nginx_is_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]


def test_app_and_workers_have_the_same_database_certificate_and_scheduler():
    for name in ("DATABASE_URL", "LATENT_EXPLORER_CERTIFICATE"):
        assert settings("app")[name] == settings("worker")[name] == settings("scheduler")[name]
    at = settings("app")["DASK_SCHEDULER_ADDRESS"]
    assert COMPOSE["services"]["scheduler"]["command"][-2:] == ["scheduler", at]
    assert COMPOSE["services"]["worker"]["command"][-2:] == ["worker", at]
    assert (
        settings("app")["LATENT_EXPLORER_CERTIFICATE"].rpartition("/")[0] in DOCKERFILE
    )  # its folder is there, and the app's own


def test_every_setting_that_is_made_is_explained():
    made = {
        name for service in COMPOSE["services"].values() for name in service.get("environment", {}) if "POSTGRES" not in name
    }
    made |= set(re.findall(r"\b(LATENT_EXPLORER_[A-Z_]+)=", DOCKERFILE + UNIT))
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", DEPLOYMENT, re.MULTILINE))
    assert made - THEIRS - explained == set()


def test_the_service_gives_runs_the_time_to_save_their_weights():
    assert "TimeoutStopSec=15" in UNIT
    assert COMPOSE["services"]["app"]["stop_grace_period"] == COMPOSE["services"]["worker"]["stop_grace_period"] == "15s"


@pytest.fixture
def nginx() -> Iterator[tuple[str, Path]]:
    """The program, and a configuration with deploy/nginx.conf in it, at a socket `in` beside it, before an app that is not there."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("This test needs nginx, and there is none here. On Debian or Ubuntu: apt-get install nginx-light.")
    with tempfile.TemporaryDirectory(prefix="nginx") as name:  # short: sockets' names are
        folder = Path(name)
        site = NGINX.replace("http://app:8501", f"http://unix:{folder}/app:").replace("listen 80;", f"listen unix:{folder}/in;")
        places = "".join(
            f"{each}_temp_path {folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        whole = f"{user}daemon off;\nerror_log stderr;\npid {folder}/pid;\nevents {{}}\nhttp {{ access_log off;\n{places}{site} }}\n"
        (folder / "nginx.conf").write_text(whole)
        yield program, folder


def test_nginx_takes_what_the_app_takes_and_understands_its_configuration(nginx):
    program, folder = nginx
    limit = int(settings("app")["LATENT_EXPLORER_UPLOAD_MB"])
    assert f"client_max_body_size {limit + 1}m;" in NGINX
    said = subprocess.run([program, "-t", "-p", folder, "-c", folder / "nginx.conf"], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr


def test_one_address_takes_few_files_home_and_looks_at_as_much_as_it_likes(nginx):
    program, folder = nginx
    process = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(folder / "in"), retries=5), base_url="http://site") as browser:
            files = [browser.get("/takehome/explore?z=1") for _ in range(80)]
            pages = {browser.get("/").status_code for _ in range(80)}
    finally:
        process.terminate()
        process.wait(10)
    assert pages == {502}  # it was asked for, and is not there
    assert {answer.status_code for answer in files[:60]} == {502}
    assert files[-1].status_code == 429
    assert files[-1].text.startswith("Many files were taken home from your network.")
