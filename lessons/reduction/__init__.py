"""The page at /reduction: which \u03b2 a reduction in the code really trains with."""
