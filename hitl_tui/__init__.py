"""The operator's inbox for LangGraph threads that wait for a person, in the terminal."""

__version__ = "0.1.0"
