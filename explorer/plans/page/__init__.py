"""The page at /plans: plans that ship and own ones, which are played, copied, written, given away and taken in."""
