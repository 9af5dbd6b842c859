"""Tests of accounts, sign-in and the gate."""
