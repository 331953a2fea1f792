"""Settings as files and the environment hold them, checked by pydantic-settings.

Apart from `settings`, because loading pydantic takes longer than drawing the first screen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from hitl_tui.errors import UsageError
from hitl_tui.settings import PREFIX
from hitl_tui.settings_quick import is_contract, placed


def _contract(text: str) -> str:
    if is_contract(text):
        return text
    raise ValueError("names neither a model, as module:Class, nor a file that ends in .json")


def _mask(text: str) -> str:
    from hitl_tui.masks import Masks

    try:
        Masks([text])
    except UsageError as error:
        raise ValueError(str(error).rstrip(".")) from error
    return text


Contract = Annotated[str, AfterValidator(_contract)]


class _Stored(BaseSettings):
    """What may be set; what is not set stays out of `model_fields_set`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", validate_default=False)

    config: Path | None = None
    python: Path | None = None
    graph: str | None = None
    operator: Annotated[str, Field(min_length=1)] = "unset"
    read_only: bool = False
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    nice: Annotated[int, Field(ge=0, le=19)] = 0
    grace: Annotated[float, Field(ge=0, le=60)] = 0
    log_lines: Annotated[int, Field(ge=100)] = 100
    lease: Annotated[float, Field(ge=3, le=3600)] = 3
    masks: tuple[Annotated[str, AfterValidator(_mask)], ...] = ()
    cache: Path | None = None
    priorities: dict[str, float] = {}
    contracts: dict[str, dict[str, Contract]] = {}


def stored(file: Path | None) -> dict[str, Any]:
    """What `file` and the environment set, the environment winning.

    Raises UsageError that names the file and the key.
    """
    header = () if file is None or file.name == "hitl.toml" else ("tool", "hitl-tui")

    class FromFile(_Stored):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """The environment before the file; flags are laid over both by `settings.load`."""
            from_file = TomlConfigSettingsSource(settings_cls, file, toml_table_header=header)
            return (env_settings, from_file)

    where = str(file) if file else "environment"
    try:
        found = FromFile().model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{where}: {key}: {message}.") from error
    except (SettingsError, ValueError, OSError) as error:
        raise UsageError(f"{where}: {error}.") from error
    return placed(found, file.parent if file else Path())
