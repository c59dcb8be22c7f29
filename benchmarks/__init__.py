"""What is fast, measured against what a user would otherwise copy and against the machine's limit."""
