"""The certificate by which a scheduler, its workers and the apps of one cluster know each other.

Whoever reaches a scheduler or a worker without one has code run there, so between machines nobody is heard without it. All of
them hold the same file, a key and the certificate that it has signed itself: who has the file belongs to the cluster.
"""

import os
import ssl

import dask

from vae.errors import VaeError

VARIABLE = "LATENT_EXPLORER_CERTIFICATE"
RECIPE = "docs/deployment.md says how to make one."
NONE = f"{{address}} asks for a certificate, and there is none. Set {VARIABLE} to its file; {RECIPE}"
BAD = f"{VARIABLE} is {{file}}, which holds no certificate with its key ({{why}}). {RECIPE}"
CA = "distributed.comm.tls.ca-file"


class ClusterError(VaeError):
    """A cluster that cannot be opened or joined as it was asked for."""


def use(address: str) -> None:
    """Where an address begins with tls://, speak TLS from now on, with holders of the certificate and with nobody else."""
    if not address.startswith("tls://"):
        return
    file = os.environ.get(VARIABLE, "")
    if not file:
        if dask.config.get(CA, None):  # Dask was configured by whoever runs that cluster
            return
        raise ClusterError(NONE.format(address=address))
    try:
        ssl.create_default_context(cafile=file).load_cert_chain(file)
    except OSError as error:  # an ssl.SSLError is one
        raise ClusterError(BAD.format(file=file, why=error.strerror or error)) from error
    roles = {
        f"distributed.comm.tls.{role}.{part}": file for role in ("client", "scheduler", "worker") for part in ("cert", "key")
    }
    dask.config.set({"distributed.comm.require-encryption": True, CA: file, **roles})
