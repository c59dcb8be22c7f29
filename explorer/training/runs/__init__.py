"""The page /runs: what this browser has trained, listed and compared."""
