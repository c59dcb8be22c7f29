"""The page at /fails: six real runs that went wrong, how to tell each, and what mends it."""
