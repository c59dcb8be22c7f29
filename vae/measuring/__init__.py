"""Measures of a trained model: bounds, what its codes are good for, and how they fill the prior. Nothing here changes a model."""
