"""The page at /reparameterization: how a gradient gets through a random draw."""
