"""The page at /arithmetic: thick minus thin: directions from examples, and what is behind them."""
