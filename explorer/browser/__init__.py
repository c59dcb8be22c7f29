"""Code and numbers that the app serves to browsers, under names that never change their meaning. js/ is what all browser code shares."""
