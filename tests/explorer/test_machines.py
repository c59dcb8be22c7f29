"""The two programs of a cluster on several machines refuse what would let anybody in, each with a sentence."""

import dask
import pytest

from explorer.__main__ import main
from explorer.runs import certificate, machines, versions


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("10.0.0.1", "10.0.0.1 is no address of a scheduler."),
        ("tls://10.0.0.1", "tls://10.0.0.1 is no address of a scheduler."),
        ("http://10.0.0.1:8786", "http://10.0.0.1:8786 is no address of a scheduler."),
        ("tcp://10.0.0.1:port", "tcp://10.0.0.1:port is no address of a scheduler."),
        ("tcp://0.0.0.0:8786", "tcp://0.0.0.0:8786 is no address of a scheduler."),
        ("tls://[::]:8786", "tls://[::]:8786 is no address of a scheduler."),
        ("tcp://10.0.0.1:8786", "Whoever reaches tcp://10.0.0.1:8786 could run code there, so without a certificate "),
        (
            "tls://127.0.0.1:8786",
            "tls://127.0.0.1:8786 asks for a certificate, and there is none. Set LATENT_EXPLORER_CERTIFICATE",
        ),
    ],
)
@pytest.mark.parametrize("program", ["scheduler", "worker"])
def test_what_would_let_anybody_in_is_refused_with_a_sentence(program, address, sentence, monkeypatch, capsys):
    monkeypatch.delenv(certificate.VARIABLE, raising=False)
    monkeypatch.setattr(machines.dask_scheduler, "main", None)  # nothing is started
    monkeypatch.setattr(machines.dask_worker, "main", None)
    assert main([program, address]) == 1
    assert capsys.readouterr().err.startswith(f"python -m explorer: {sentence}")


@pytest.mark.parametrize(("content", "why"), [(None, "No such file or directory"), ("a shopping list", "")])
def test_a_file_that_is_no_certificate_is_refused_with_a_sentence(content, why, monkeypatch, tmp_path):
    file = tmp_path / "cluster.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv(certificate.VARIABLE, str(file))
    with pytest.raises(certificate.ClusterError, match=f"is {file}, which holds no certificate with its key .*{why}"):
        certificate.use("tls://10.0.0.1:8786")
    assert dask.config.get(certificate.CA, None) is None


def test_a_cluster_that_was_set_up_for_dask_keeps_its_own_certificates(monkeypatch):
    monkeypatch.delenv(certificate.VARIABLE, raising=False)
    with dask.config.set({certificate.CA: "/etc/dask/ca.pem"}):
        certificate.use("tls://10.0.0.1:8786")
        assert dask.config.get(certificate.CA) == "/etc/dask/ca.pem"


def test_only_what_is_the_same_is_fit():
    assert versions.unlike("tcp://worker", versions.here()) == ""
    other = {**versions.here(), "torch": "2.0.0", versions.PROJECT: "0123abcd"}
    ours = f"torch {versions.here()['torch']}, project {versions.here()[versions.PROJECT]}"
    said = f"The worker at tcp://worker has torch 2.0.0, project 0123abcd, and this app {ours}, so it is given no run. "
    assert versions.unlike("tcp://worker", other).startswith(said)
    assert "project unknown" in versions.unlike("tcp://worker", {})
