"""Which address students are told: the teacher's own, the setting, or the machine's way into the room's network."""

import socket
from ipaddress import ip_address

import pytest

from explorer.classroom import address
from explorer.classroom.address import Interface, ranked, reachable

LOOPBACK = Interface("lo", ("127.0.0.1",))
LAPTOPS = {  # interfaces, the address that goes out, and what students are told
    "Wi-Fi beside Docker and its networks": (
        [
            LOOPBACK,
            Interface("docker0", ("172.17.0.1",)),
            Interface("br-5e1b", ("172.18.0.1",)),
            Interface("wlan0", ("192.168.1.7",)),
        ],
        "192.168.1.7",
        ["192.168.1.7"],
    ),
    "a tunnel takes all that goes out": (
        [LOOPBACK, Interface("tun0", ("10.8.0.2",)), Interface("wlp3s0", ("10.20.3.4",))],
        "10.8.0.2",
        ["10.20.3.4"],
    ),
    "a cable to the internet, and its own hotspot": (
        [LOOPBACK, Interface("wlan0", ("10.42.0.1",)), Interface("eth0", ("192.168.178.20",))],
        "192.168.178.20",
        ["192.168.178.20", "10.42.0.1"],
    ),
    "a hotspot of macOS, nothing goes out": (
        [Interface("lo0", ("127.0.0.1",)), Interface("utun3", ("10.1.1.1",)), Interface("bridge100", ("192.168.2.1",))],
        None,
        ["192.168.2.1"],
    ),
    "Windows with WSL and a hotspot": (
        [
            Interface("Loopback Pseudo-Interface 1", ("127.0.0.1",)),
            Interface("vEthernet (WSL (Hyper-V firewall))", ("172.28.96.1",)),
            Interface("Local Area Connection* 2", ("192.168.137.1",)),
            Interface("Wi-Fi", ("10.0.0.5",)),
            Interface("Ethernet", ("169.254.3.4",)),
        ],
        "10.0.0.5",
        ["10.0.0.5", "192.168.137.1"],
    ),
    "a public address beside one of the school's": (
        [Interface("eth0", ("141.2.3.4",)), Interface("eth1", ("10.0.0.9",))],
        None,
        ["10.0.0.9", "141.2.3.4"],
    ),
    "only virtual networks": ([LOOPBACK, Interface("veth12", ("172.17.0.2",))], None, ["172.17.0.2"]),
    "no network": ([LOOPBACK, Interface("wlan0", ())], None, []),
    "one address at two interfaces": (
        [Interface("eth0", ("10.0.0.1",)), Interface("eth1", ("10.0.0.1", "10.0.0.2"))],
        "10.0.0.2",
        ["10.0.0.2", "10.0.0.1"],
    ),
}


@pytest.mark.parametrize("laptop", LAPTOPS.values(), ids=LAPTOPS)
def test_the_likeliest_address_comes_first_and_virtual_networks_are_left_out(laptop):
    interfaces, used, expected = laptop
    assert ranked(interfaces, used) == expected


def test_what_this_machine_says_of_itself_is_what_a_socket_can_be_bound_to():
    found = [at for each in address.interfaces() for at in each.addresses]
    assert "127.0.0.1" in found
    for at in ranked(address.interfaces(), address.used()):
        with socket.socket() as own:
            own.bind((at, 0))
    assert address.used() is None or ip_address(address.used())


@pytest.fixture
def laptop(monkeypatch):
    """A laptop with one way into the room's network."""
    monkeypatch.delenv(address.SETTING, raising=False)
    monkeypatch.setattr(address, "interfaces", lambda: [LOOPBACK, Interface("wlan0", ("192.168.1.7",))])
    monkeypatch.setattr(address, "used", lambda: "192.168.1.7")


@pytest.mark.usefixtures("laptop")
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8501", ["http://192.168.1.7:8501"]),
        ("127.0.0.1:8600", ["http://192.168.1.7:8600"]),
        ("[::1]:8501", ["http://192.168.1.7:8501"]),
        ("0.0.0.0:8501", ["http://192.168.1.7:8501"]),
        ("localhost", ["http://192.168.1.7"]),
        ("192.168.1.7:8501", ["http://192.168.1.7:8501"]),
        ("class.school.org", ["http://class.school.org"]),
        ("laptop.local:8501", ["http://laptop.local:8501", "http://192.168.1.7:8501"]),
        ("laptop:8501", ["http://laptop:8501", "http://192.168.1.7:8501"]),
        ("a b'\"<>:8501", ["http://192.168.1.7:8501"]),
    ],
)
def test_the_teachers_own_address_is_told_unless_it_leads_nowhere_else(host, expected):
    assert reachable({"host": host}) == expected


@pytest.mark.usefixtures("laptop")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("192.168.1.20", "http://192.168.1.20:8501"),
        ("192.168.1.20:80", "http://192.168.1.20:80"),
        ("https://class.school.org/explorer/", "https://class.school.org/explorer"),
        (" class.school.org ", "http://class.school.org:8501"),
    ],
)
def test_a_setting_says_what_a_container_cannot_know(monkeypatch, said, expected):
    monkeypatch.setenv(address.SETTING, said)
    assert reachable({"host": "localhost:8501"}) == [expected]
    assert reachable({"host": "10.0.0.3:8501"}) == ["http://10.0.0.3:8501", expected]


@pytest.mark.usefixtures("laptop")
def test_behind_a_proxy_the_address_is_the_proxys():
    assert reachable({"host": "class.school.org", "x-forwarded-proto": "https"}) == ["https://class.school.org"]
