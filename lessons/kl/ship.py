"""What the lesson on the KL ships, and the command that makes it again."""

from lessons.kl import history

SHIPS = {
    "kl-history": (
        "repeat the training of two shipped models and measure their KL's parts on the way (three minutes of a core)",
        lambda: history.write({name: history.record(name) for name in history.TRACED}),
    ),
}
