"""Training: settings, recipes, objectives, what takes the steps, and the record of a run. Nothing here is measured for a page."""
