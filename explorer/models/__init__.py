"""Models ready to look at: shipped ones and those of runs, with what is measured on them. No training, no pictures."""
