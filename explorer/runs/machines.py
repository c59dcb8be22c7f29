"""A cluster on several machines: `python -m explorer scheduler` on one, `python -m explorer worker` on all that train.

Both are Dask's own programs, told what an operator would have to know: where to listen (at one address, never at all of them), to
ask for the certificate, one run at a time for each worker, and this project on the path.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from distributed.cli import dask_scheduler, dask_worker

from explorer.runs import certificate
from explorer.runs.certificate import ClusterError
from explorer.runs.cluster import cores

NO_ADDRESS = "{address} is no address of a scheduler. Give its machine and port, such as tls://10.0.0.1:8786."
OPEN = (
    "Whoever reaches {address} could run code there, so without a certificate it has to be an address of this machine alone, such as "
    "tcp://127.0.0.1:8786. For other machines make a certificate and begin the address with tls:// (docs/deployment.md)."
)
NOT_HERE = "{host} is not found from here ({why}). Give the name or the number of the scheduler's machine."
HIDDEN = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")  # Dask serves an empty page whether one wants it or not


def scheduler(address: str) -> None:
    """Run a scheduler at that address, and at no other, until it is ended. ClusterError if it cannot."""
    _way_to(address)
    dask_scheduler.main(["--host", address, *HIDDEN], standalone_mode=False)


def worker(address: str) -> None:
    """Run workers for the scheduler at that address until they are ended: LATENT_EXPLORER_WORKERS, or one for each core."""
    here = _way_to(address)
    count = ("--nworkers", str(cores()), "--nthreads", "1")
    dask_worker.main([address, "--host", here, *count, *HIDDEN], standalone_mode=False)


def _way_to(address: str) -> str:
    """This machine's address on the way to a scheduler. ClusterError where there is none, or where everybody could come in."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in ("tcp", "tls"):
        raise ClusterError(NO_ADDRESS.format(address=address))
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        _check(address, ipaddress.ip_address(place[0]))
        with socket.socket(family, kind) as way:
            way.connect(place)  # sends nothing: it asks the system for the way
            here = way.getsockname()[0]
    except OSError as error:
        raise ClusterError(NOT_HERE.format(host=host, why=error.strerror)) from error
    return f"[{here}]" if ":" in here else here


def _check(address: str, there: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """ClusterError where everybody could come in, or nobody."""
    if there.is_unspecified:
        raise ClusterError(NO_ADDRESS.format(address=address))
    if address.startswith("tcp://") and not there.is_loopback:
        raise ClusterError(OPEN.format(address=address))
    certificate.use(address)
