"""Which address students type, from where they sit.

The one that the teacher's own browser used is right, unless it only leads to the same machine. Then comes what whoever runs the server has set
(LATENT_EXPLORER_ADDRESS), and where nothing is set, the addresses of this machine in its networks, likeliest first.
"""

import os
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psutil
from streamlit import config

from explorer.browser.assets import base

SETTING = "LATENT_EXPLORER_ADDRESS"
# Networks that programs make inside one machine, and tunnels: phones in the room are in none of them. What a laptop's own hotspot is called
# ("bridge100" on macOS, "Local Area Connection* 2" on Windows) is not among them.
VIRTUAL = re.compile(
    r"docker|podman|veth|br-|virbr|lxc|lxdbr|cni|flannel|cali|kube|vmnet|vboxnet|vmware|virtualbox|vethernet|hyper-v|wsl"
    r"|u?tun|tap|wg|ppp|ipsec|tailscale|zt|hamachi|awdl|llw|lo\b|loopback",
    re.IGNORECASE,
)
_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", re.ASCII)
_PATH = re.compile(r"(/[\w.~@:+%-]+)*", re.ASCII)
LONGEST = 200  # characters of a path
_ELSEWHERE = ("192.0.2.1", 9)  # an address that is nobody's (RFC 5737)


class Interface(NamedTuple):
    """A way of this machine into a network: its name and its IPv4 addresses."""

    name: str
    addresses: tuple[str, ...]


def ranked(interfaces: Iterable[Interface], used: str | None = None) -> list[str]:
    """The addresses that others may reach, likeliest first; those of virtual networks only where there are no others.

    used  the address that goes out to other networks
    """
    found = [(each.name, IPv4Address(text)) for each in interfaces for text in each.addresses]
    found = [(name, at) for name, at in found if not (at.is_loopback or at.is_link_local or at.is_unspecified)]
    real = [(name, at) for name, at in found if not VIRTUAL.match(name)] or found
    places = {str(at): (str(at) != used, not at.is_private, place) for place, (_, at) in reversed(list(enumerate(real)))}
    return sorted(places, key=places.__getitem__)


def interfaces() -> list[Interface]:
    """The ways of this machine into networks that are up."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return [
        Interface(name, tuple(each.address for each in addresses if each.family == socket.AF_INET))
        for name, addresses in psutil.net_if_addrs().items()
        if name in up
    ]


def used() -> str | None:
    """The address that goes out to other networks; None if none does. To connect a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(_ELSEWHERE)
        except OSError:
            return None
        return str(way.getsockname()[0])


def of_this_machine(port: int, scheme: str = "http") -> list[str]:
    """What students may be told where nothing is known but the machine itself: the setting, or its addresses, likeliest first."""
    return _set(port, scheme) or [f"{scheme}://{at}{_port(port, scheme)}{base()}" for at in ranked(interfaces(), used())]


def reachable(headers: Mapping[str, str], scheme: str = "http") -> list[str]:
    """Every address that students may be told, the best first, for a teacher whose browser sends these headers. Empty if none is known.

    A name that a small network knows, such as laptop.local, is not known to every phone, so this machine's addresses follow it.
    """
    scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
    host = headers.get("host", "")
    if not _HOST.fullmatch(host):
        return of_this_machine(int(config.get_option("server.port")), scheme)
    name, _, port_said = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
    port = int(port_said or _usual(scheme))
    if only_here(name):
        return of_this_machine(port, scheme)
    known = "." in name.removesuffix(".local")
    more = _set(port, scheme) if known else of_this_machine(port, scheme)
    return list(dict.fromkeys([f"{scheme}://{host}{base()}", *more]))


def here(url: str | None) -> str:
    """The path at which the app begins for the browser that has a page open at this address, such as "/a/b"; pages lie there."""
    return begins(urlsplit(url).path.rpartition("/")[0] if url else None)


def begins(said: str | None) -> str:
    """The path at which the app begins for a browser that says so; that of this process where it says none, or no path."""
    return said if said is not None and len(said) <= LONGEST and _PATH.fullmatch(said) else base()


def outward(at: str, path: str, headers: Mapping[str, str]) -> str:
    """A known address as it is typed where the app begins at that path for the browser that sends these headers.

    A server in front may serve it below another path than this process has. It does so at the host that this browser names; what whoever
    runs the server has set, and this machine's addresses, lead past it and stay as they are.
    """
    whole = urlsplit(at)
    same = whole.netloc == headers.get("host") and whole.path == base()
    return f"{whole.scheme}://{whole.netloc}{path}" if same else at


def best(headers: Mapping[str, str], url: str | None) -> str:
    """The address to give to others of a page that is open at that address; only its path where none is known."""
    known = next(iter(reachable(headers)), None)
    return outward(known, here(url), headers) if known else here(url)


def of_class(settings: Mapping[str, Any], known: Sequence[str]) -> str | None:
    """The address that a class's teacher chose among those known, otherwise the best one; None if none is known."""
    chosen = settings.get("address")
    return str(chosen) if chosen in known else next(iter(known), None)


def only_here(name: str) -> bool:
    """Whether a host's name leads no further than the machine itself."""
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        at = ip_address(name.strip("[]"))
    except ValueError:
        return False
    return at.is_loopback or at.is_unspecified


def _set(port: int, scheme: str) -> list[str]:
    """The setting as an address: `https://class.school.org/explorer` is one already, `192.168.1.20` lacks all but the machine."""
    said = os.environ.get(SETTING, "").strip().rstrip("/")
    if not said or "://" in said:
        return [said] if said else []
    host, _, path = said.partition("/")
    at = host if re.search(r":\d+$", host) else f"{host}{_port(port, scheme)}"
    return [f"{scheme}://{at}{f'/{path}' if path else base()}"]


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _port(port: int, scheme: str) -> str:
    return "" if port == _usual(scheme) else f":{port}"
