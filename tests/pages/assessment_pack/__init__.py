"""Tests of the assessment pack and of exports that take long."""
