"""Where threads live and who resumes them."""
