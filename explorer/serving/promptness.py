"""Two delays of every answer, and how to avoid them: TCP's wait for more to send, and full garbage collections every few seconds.

Streamlit binds its socket without naming the protocol. asyncio then leaves Nagle's algorithm on, because it sets TCP_NODELAY only on a socket
that says IPPROTO_TCP. Together with the other side's delayed acknowledgement this makes every rerun 40 ms late.

A full collection visits every object of every visitor. With 200 visitors it holds the interpreter for 50 to 100 ms, once in about 370
reruns. While models train on the same cores, the queue that builds up takes half a second to clear.
"""

import gc
import socket

RARER = 4  # how many times rarer than Python's own passes over the oldest objects


def collect_rarely() -> None:
    """Keep all that is loaded by now out of garbage collections, and make full collections four times rarer.

    Between two of them, about 1,500 reruns leave some 30 small objects each.
    """
    gc.collect()
    gc.freeze()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, RARER * old)


def send_at_once() -> int:
    """Set TCP_NODELAY on every listening TCP socket of this process, and return how many there were. Accepted connections inherit it."""
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
