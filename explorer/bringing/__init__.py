"""Files on their way from a browser into images or a model: received on disk, read in processes of their own, one at a time for each visitor."""
