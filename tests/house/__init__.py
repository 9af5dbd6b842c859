"""Structure of the code: folders, imports, names, and the paths that texts mention."""
