"""Home's machine: a digit on its way through an autoencoder and a VAE, computed in the browser."""
