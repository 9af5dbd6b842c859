"""Tests of the gate and its limits."""
