"""Everything that knows Streamlit or Plotly, shared by the pages."""
