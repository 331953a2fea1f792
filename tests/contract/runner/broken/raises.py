"""Does not import."""


def configure() -> None:
    raise RuntimeError("no API key [red]")


configure()
