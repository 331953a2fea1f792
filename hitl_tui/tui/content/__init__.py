"""What is shown of a thread, as Textual content: pure functions, run off the event loop."""
