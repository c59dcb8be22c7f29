"""Training runs: the store and its migrations, the workers that train, and whose a run is. No widgets."""
