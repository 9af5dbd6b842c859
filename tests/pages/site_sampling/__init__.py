"""Tests of samples for visits on site."""
