"""Threads behind LangGraph's Agent Server: read, answered and followed over its HTTP interface."""
