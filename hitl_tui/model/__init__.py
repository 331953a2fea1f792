"""The values that every room shares: frozen dataclasses, standard library only."""
