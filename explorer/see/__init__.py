"""The pages under See: one latent space, two side by side, and the way between two digits."""
