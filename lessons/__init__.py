"""The lessons, each in a folder of its page's name: maths in plain torch and NumPy, words, address, figures, JavaScript, what it ships.

No lesson imports another; what several need is in `shared`. Only the modules that draw know Streamlit, Plotly or `explorer`.
"""
