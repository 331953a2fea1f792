"""What `python -m graphs.seed` is made of: the samples, the clock, and how they are run."""
