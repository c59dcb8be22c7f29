"""The page at /inside: a digit through the layers of two networks, and what excites each unit."""
