"""Work in processes of its own: its folders, its progress, its limits."""
