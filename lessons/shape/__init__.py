"""The page at /shape: posterior widths, where prior draws land, shells and packed spheres."""
