"""Fraud Review Assistant: score, precedents and a checked draft in front of a human reviewer."""

import os

# Threads that compute wait asleep, not in a loop. On two cores with other work on one of them, looping threads read a
# prompt in 48 s that sleeping ones read in 1.4 s. It has to be set before the first library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
