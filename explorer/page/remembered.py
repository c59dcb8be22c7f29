"""What visitors answered, kept while the process lives, so that reloading a page loses no answer.

Answers are not in the address, because a copied link must not carry them. They belong to a browser, by the id in its cookie.
"""

from collections import OrderedDict
from threading import Lock

from explorer.page import owners

MOST = 20_000  # answers; the oldest are dropped first

_answers: OrderedDict[tuple[str, str], str] = OrderedDict()
_lock = Lock()


def keep(question: str, answer: str | None) -> None:
    """Keep this visitor's answer to a question; None forgets it."""
    key = owners.owner(), question
    with _lock:
        _answers.pop(key, None)
        if answer is not None:
            _answers[key] = answer
        while len(_answers) > MOST:
            _answers.popitem(last=False)


def recall(question: str) -> str | None:
    """This visitor's answer to a question, or None."""
    return _answers.get((owners.owner(), question))
