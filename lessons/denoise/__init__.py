"""The page at /denoise: take noise off: a denoising autoencoder beside models that never saw any."""
