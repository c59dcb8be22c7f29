"""The page at /views: what this browser kept, with pictures and notes, each with the way back to exactly what it showed."""
