"""The stock SQLite checkpointer, made to write the same bytes at every seeding."""

from langgraph.checkpoint.sqlite import SqliteSaver

from graphs.seeding.at_once import AtOnce


class SeedSaver(AtOnce, SqliteSaver):
    """Versions without their random part."""

    def get_next_version(self, current: str | None, channel: None) -> str:
        return f"{int(str(current or 0).partition('.')[0]) + 1:032}.{0:016}"
