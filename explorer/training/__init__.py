"""Training on the screen: the form and its presets, live curves, and the views of runs."""
