"""Cells to tables: where a table starts, what its rows are, which village and day it speaks of."""
