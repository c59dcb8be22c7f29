"""The maths of the lessons, plain torch and NumPy: imports neither Streamlit nor Plotly. One idea a file."""
