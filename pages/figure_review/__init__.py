"""One figure checked: what it counts, what it leaves out, what it was before, what was reported."""
