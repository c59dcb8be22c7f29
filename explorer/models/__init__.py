"""Models ready to look at: those that ship, of runs, of a folder and brought, with what is measured on them. No training, no pictures."""
