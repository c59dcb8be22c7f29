"""The container, the compose file, nginx and the service hold together with the project and with what docs/deployment.md says."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

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


def test_nginx_takes_what_the_app_takes_and_understands_its_configuration(tmp_path):
    limit = int(settings("app")["LATENT_EXPLORER_UPLOAD_MB"])
    assert f"client_max_body_size {limit + 1}m;" in NGINX
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("This test needs nginx, and there is none here. On Debian or Ubuntu: apt-get install nginx-light.")
    (tmp_path / "site.conf").write_text(NGINX.replace("http://app:", "http://127.0.0.1:"))
    whole = f"error_log stderr;\npid {tmp_path}/pid;\nevents {{}}\nhttp {{ access_log off; include {tmp_path}/site.conf; }}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    said = subprocess.run([program, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
