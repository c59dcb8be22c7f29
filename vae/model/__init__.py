"""Models: what fixes one, what it is made of, and how to go from images to codes and back. No training, no measures."""
