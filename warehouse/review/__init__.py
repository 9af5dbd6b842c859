"""Figures reviewed: left-out rows, other ways of counting, changes between builds, samples."""
