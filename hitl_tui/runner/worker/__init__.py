"""The worker: one process that executes graphs for an owner, one thread at a time.

It is started by the path of this folder with the interpreter that the graphs need, where
hitl-tui may not be installed: it imports the standard library and LangGraph alone, and its modules
import each other relatively, under a package name of their own, so that no module of the user's
can be mistaken for one of them.
"""
