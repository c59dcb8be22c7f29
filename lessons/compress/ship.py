"""What the lesson on compression ships, and the command that makes it again."""

from lessons.compress import study

SHIPS = {
    "compress": ("measure what codes and ordinary files of test images cost and keep (a minute of a core)", study.write),
}
