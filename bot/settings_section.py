"""What every section of the settings is: strict, complete, and with secrets that no file may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def from_environment(description: str, empty: Callable[[], Any] = str) -> Any:
    """A key that comes from the environment, or from the file that `…_FILE` names, alone."""
    return Field(default_factory=empty, description=description, json_schema_extra={"secret": True}, repr=False)


def _http_url(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must start with https:// (or http:// on this machine)")
    return url


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Section(BaseModel):
    """One table of the file. Unknown keys are refused, and a value that is wrong is not repeated in the problem."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def needed(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys that must be set, seen what is set; `given` is raw and may be wrong."""
        return ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := missing_keys(type(self), self.__dict__):
            raise ValueError(f"{MISSING}{', '.join(missing)}")
        return self


MISSING = "missing: "


def missing_keys(section: type[Section], given: Mapping[str, Any]) -> list[str]:
    return [key for key in section.needed(given) if not _given(given, key)]


def _given(given: Mapping[str, Any], key: str) -> object:
    name, _dot, entry = key.partition(".")
    return (given.get(name) or {}).get(entry) if entry else given.get(name)
