"""The page at /images: pictures of your own: checked, kept private, compressed by three models."""
