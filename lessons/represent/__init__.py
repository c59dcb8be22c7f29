"""The page at /represent: how many labels a code saves, and what a t-SNE map does not say."""
