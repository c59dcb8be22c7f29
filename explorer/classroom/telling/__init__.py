"""Who is told what, and when: connections and their cursors, whose turn it is, what only its newest is told of, votes in batches, other processes."""
