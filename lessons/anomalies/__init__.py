"""The page at /anomalies: what a model has never seen, a threshold to drag, and where likelihood fails."""
