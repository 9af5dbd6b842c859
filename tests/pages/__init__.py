"""Pages without a browser: words, charts, maps, and each page through Streamlit's own test runner."""
