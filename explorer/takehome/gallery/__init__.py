"""The gallery: a folder of pages that any web space can serve, or that open from a disk. `python -m explorer gallery --out site` writes it."""
