"""What the lesson on own images ships, and the command that makes it again."""

from lessons.images import few_images

SHIPS = {"few-images": ("train on few digits and on many, and compare (two minutes of a core)", few_images.write)}
