"""The canvas as a widget of notebooks: JupyterLab, marimo, VS Code. It needs neither Streamlit nor the app.

from explorer.notebook import LatentCanvas
LatentCanvas(model, images, labels)
"""

from explorer.notebook.widget import LatentCanvas

__all__ = ["LatentCanvas"]
