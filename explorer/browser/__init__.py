"""What the app serves to browsers under names that never change meaning: code and numbers. js/ holds what all browser code shares."""
