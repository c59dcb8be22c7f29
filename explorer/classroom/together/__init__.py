"""What a class makes together: drawings on a map, models on a chart, and a data set of its own handwriting."""
