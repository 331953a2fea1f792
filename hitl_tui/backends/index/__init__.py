"""The index: a cache of what a source holds, in a SQLite file of ours, safe to delete at any time.

One row a thread and the full text of what it asks. It only tells where to look: what is shown is
read from the source itself, so an index that is wrong is found out and put right.
"""
