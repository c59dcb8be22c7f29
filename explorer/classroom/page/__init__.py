"""The page at /classroom: open a class, join one, and what belongs to the one that this browser is in."""
