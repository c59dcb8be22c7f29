"""Models that users bring: weights as safetensors, and beside them a spec or a mapping. Nothing is unpickled."""
