"""Charts as files: drawn with matplotlib for pictures, documents and workbooks."""
