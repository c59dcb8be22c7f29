"""What somebody wrote, as the store keeps it: every database can hold it, and it is no longer than it may be."""

from explorer.runs.store.errors import Unfit

NO_TEXT = "This text has signs that are no text, such as those of a picture. Copy it again."
UNSEEN = "\u200d\n"  # not printable, and kept: what joins emoji, and the end of a line


def one_line(text: str, longest: int) -> str:
    """A title: one line of printable signs, cut where it is too long."""
    return " ".join(_seen(text).split())[:longest].rstrip()


def lines(text: str, longest: int) -> str:
    """A note: lines of printable signs, cut where it is too long."""
    return _seen(text.replace("\r\n", "\n")).strip()[:longest].rstrip()


def whole(text: str, largest: int, too_large: str) -> str:
    """A text that is kept as it is; Unfit where it has signs that no database keeps, or more than `largest` bytes."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Unfit(NO_TEXT) from None
    if "\0" in text:
        raise Unfit(NO_TEXT)
    if size > largest:
        raise Unfit(too_large)
    return text


def _seen(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign in UNSEEN else " " for sign in text)
