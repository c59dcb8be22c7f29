"""The page at /compress: codes as files: bits against what comes back, beside PNG and JPEG."""
