"""The page at /nash: two players and their gradients: who comes home, and a GAN on a line."""
