"""Takes its process down while it is imported."""

import os

print("goodbye")
os._exit(9)
