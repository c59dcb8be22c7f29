"""Models ready to look at: shipped ones, those of runs, and what is measured on them. No training, no pictures."""
