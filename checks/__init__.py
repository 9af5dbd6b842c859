"""The faults: a catalogue of rules as data, run by great-expectations inside DuckDB, each traced to file, sheet, row and column."""
