"""What the lesson on representations ships, and the commands that make it again."""

from lessons.represent import few_labels, tsne

SHIPS = {
    "represent": ("measure what few labels make of codes and pixels (three minutes of a core)", few_labels.write),
    "tsne": ("draw t-SNE maps of codes, with what is left of the codes in them (two minutes of a core)", tsne.write),
}
