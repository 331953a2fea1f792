"""The runner, held to real LangGraph in real worker processes."""
