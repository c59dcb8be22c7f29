"""Whether an app that a test has started can be asked yet."""

import urllib.request


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False
