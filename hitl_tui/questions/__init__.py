"""From an interrupt's payload to a question, and from choices to a checked answer."""
