"""Work in processes of its own: its folders and its progress."""
