"""The shape of `catalogue.toml` and of the user's `remedies.toml`: what is let in, and what is refused.

Imported only when a catalogue is loaded, because pydantic would delay the first frame.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator

from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import IssueKind, IssueLevel
from seam_tui.domain.text import plain_text


def _made_plain(text: str) -> str:
    """One printable line; a file can be copied from anywhere, so it passes the same gate as Seam's text."""
    plain = plain_text(text)
    if not plain:
        raise ValueError("must not be empty")
    return plain


def _web_address(url: str) -> str:
    """An address that a browser may be sent to."""
    if not url.startswith(("https://", "http://")) or any(c.isspace() for c in url) or plain_text(url) != url:
        raise ValueError("must be a web address that starts with https:// or http://")
    return url


def _one_word(code: str) -> str:
    """A code as Seam writes them; spaces would never match one."""
    if not code or plain_text(code) != code or any(c.isspace() for c in code):
        raise ValueError("must be one word, written as Seam writes it")
    return code


def _text_alone(value: object) -> object:
    """A step without actions may be written as a bare string."""
    return {"text": value} if isinstance(value, str) else value


def _list_alone(value: object) -> object:
    """Steps to add may be written as a bare list: most are added at the end."""
    return {"after": value} if isinstance(value, list) else value


Text = Annotated[str, AfterValidator(_made_plain)]
Url = Annotated[str, AfterValidator(_web_address)]
Code = Annotated[str, AfterValidator(_one_word)]


class _Entry(BaseModel):
    """Refuses keys that it does not know: a misspelt key would silently do nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StepEntry(_Entry):
    """One step."""

    text: Text
    actions: tuple[ActionId, ...] = ()


Step = Annotated[StepEntry, BeforeValidator(_text_alone)]


class RemedyEntry(_Entry):
    """One `[[remedy]]` of the packaged catalogue."""

    level: IssueLevel
    kind: IssueKind
    code: Code
    era: Literal["current", "legacy"]
    meaning: Text
    self_clears: StrictBool | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    replaced_by: tuple[Code, ...] = ()
    note: Text | None = None
    source: Text
    docs: Url | None = None


class CatalogueFile(_Entry):
    """The packaged catalogue."""

    default_docs: Url
    remedy: tuple[RemedyEntry, ...]


class AddedSteps(_Entry):
    """Steps of the user's own, around those of the catalogue."""

    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()


class UserRemedyEntry(_Entry):
    """One `[[remedy]]` of the user's file: narrows by level and kind where given, and changes what it names."""

    code: Code
    level: IssueLevel | None = None
    kind: IssueKind | None = None
    meaning: Text | None = None
    self_clears: StrictBool | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)] | None = None
    add_steps: Annotated[AddedSteps, BeforeValidator(_list_alone)] = AddedSteps()
    actions: tuple[ActionId, ...] | None = None
    note: Text | None = None
    docs: Url | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UserRemedyEntry:
        if not self.model_fields_set - {"code", "level", "kind"}:
            raise ValueError("changes nothing: give meaning, steps, add_steps, actions, self_clears, note or docs")
        return self


class UserFile(_Entry):
    """The user's `remedies.toml`."""

    remedy: tuple[UserRemedyEntry, ...] = ()
