"""What would hold every answer up, and is switched off: TCP's wait for more to send, and full garbage collections every few seconds.

Streamlit binds its socket without naming the protocol, asyncio then leaves Nagle's algorithm on (it sets TCP_NODELAY only where a
socket says IPPROTO_TCP), and with the other side's delayed acknowledgement every rerun shows 40 ms late.

A full collection reads every object of every visitor: with 200 of them it holds the interpreter for 50 to 100 ms, and Python makes one
for about 370 reruns. While models train on the same cores, the queue that it leaves takes half a second to go.
"""

import gc
import socket

RARER = 4  # of Python's own passes over the oldest objects, one in so many


def collect_rarely() -> None:
    """Keep all that is loaded by now out of every garbage collection, and make a full one four times rarer.

    What lies in between is the litter of about 1,500 reruns, some 30 small objects each.
    """
    gc.collect()
    gc.freeze()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, RARER * old)


def send_at_once() -> int:
    """Set TCP_NODELAY on every listening TCP socket of this process, which accepted connections inherit; how many there were."""
    found = [thing for thing in gc.get_objects() if type(thing) is socket.socket and _listens(thing)]
    for listening in found:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(found)


def _listens(one: socket.socket) -> bool:
    try:
        return (
            one.family in (socket.AF_INET, socket.AF_INET6)
            and one.type == socket.SOCK_STREAM
            and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        )
    except OSError:  # closed
        return False
