"""Reads the two remedies files and says in plain words what is wrong with them.

Imported only by `load_catalogue`: TOML, pydantic and the package's resources are not needed for the first frame.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import IssueKind, IssueLevel
from seam_tui.domain.text import plain_text, shorten
from seam_tui.remedies.catalogue import CatalogueError
from seam_tui.remedies.remedy import Remedy, RemedyStep
from seam_tui.remedies.schema import (
    AddedSteps,
    CatalogueFile,
    RemedyEntry,
    StepEntry,
    UserFile,
    UserRemedyEntry,
)

_PACKAGED_NAME: Final = "catalogue.toml"
_MAX_PROBLEMS: Final = 10
"""Problems told at once: enough to repair a file in one go, few enough to read."""
_SHOWN_VALUE_LENGTH: Final = 60
_ADDED_ACTIONS_TEXT: Final = "Your remedies file offers this as well."

_FileModel = TypeVar("_FileModel", bound=BaseModel)


def packaged_remedies() -> tuple[list[Remedy], str]:
    """The remedies that come with this version, and the page for those that have none of their own."""
    text = resources.files("seam_tui.remedies").joinpath(_PACKAGED_NAME).read_bytes()
    parsed = _checked(CatalogueFile, _parsed(text, _PACKAGED_NAME), _PACKAGED_NAME)
    remedies = [_remedy(entry, parsed.default_docs) for entry in parsed.remedy]
    seen: set[object] = set()
    for remedy in remedies:
        if remedy.key in seen:
            raise CatalogueError(f"{_PACKAGED_NAME}: {remedy.code} stands twice as {_place(remedy)}; remove one.")
        seen.add(remedy.key)
    return remedies, parsed.default_docs


def with_user_file(remedies: list[Remedy], path: Path, default_docs: str) -> list[Remedy]:
    """The remedies with the changes and additions of the user's own file."""
    name = plain_text(str(path))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return remedies
    except OSError as error:
        reason = plain_text(error.strerror or type(error).__name__)
        raise CatalogueError(f"{name}: cannot be read ({reason}). Make it readable, or move it away.") from error
    parsed = _checked(UserFile, _parsed(content, name), name)
    result = list(remedies)
    for number, entry in enumerate(parsed.remedy, start=1):
        touched = [index for index, remedy in enumerate(result) if _is_meant(entry, remedy)]
        for index in touched:
            result[index] = _changed(result[index], entry)
        if not touched:
            result.append(_new_remedy(entry, f"{name}: remedy {number} ({entry.code})", result, default_docs))
    return result


def _remedy(entry: RemedyEntry, default_docs: str) -> Remedy:
    """A packaged entry as a record."""
    return Remedy(
        level=entry.level,
        kind=entry.kind,
        code=entry.code,
        meaning=entry.meaning,
        steps=_steps(entry.steps),
        self_clears=entry.self_clears,
        replaced_by=entry.replaced_by,
        source=entry.source,
        era=entry.era,
        note=entry.note,
        docs_url=entry.docs or default_docs,
    )


def _steps(entries: Iterable[StepEntry], *, from_runbook: bool = False) -> tuple[RemedyStep, ...]:
    """Steps as records, each action once per step."""
    return tuple(RemedyStep(entry.text, tuple(dict.fromkeys(entry.actions)), from_runbook) for entry in entries)


def _is_meant(entry: UserRemedyEntry, remedy: Remedy) -> bool:
    """Whether an entry of the user's file is about this remedy."""
    return entry.code == remedy.code and entry.level in {None, remedy.level} and entry.kind in {None, remedy.kind}


def _changed(remedy: Remedy, entry: UserRemedyEntry) -> Remedy:
    """A remedy with what an entry of the user's file says about it."""
    steps = remedy.steps if entry.steps is None else _steps(entry.steps, from_runbook=True)
    steps = (
        *_steps(entry.add_steps.before, from_runbook=True),
        *steps,
        *_steps(entry.add_steps.after, from_runbook=True),
    )
    if entry.actions is not None:
        steps = _with_actions(steps, entry.actions)
    return Remedy(
        level=remedy.level,
        kind=remedy.kind,
        code=remedy.code,
        meaning=entry.meaning or remedy.meaning,
        steps=steps,
        self_clears=remedy.self_clears if entry.self_clears is None else entry.self_clears,
        replaced_by=remedy.replaced_by,
        source=remedy.source,
        era=remedy.era,
        note=entry.note or remedy.note,
        docs_url=entry.docs or remedy.docs_url,
        from_runbook=True,
    )


def _with_actions(steps: tuple[RemedyStep, ...], actions: tuple[ActionId, ...]) -> tuple[RemedyStep, ...]:
    """The steps offering exactly these actions: others go, and those that no step has get a step of their own."""
    wanted = dict.fromkeys(actions)
    kept = tuple(
        RemedyStep(step.text, tuple(action for action in step.actions if action in wanted), step.from_runbook)
        for step in steps
    )
    placed = {action for step in kept for action in step.actions}
    left = tuple(action for action in wanted if action not in placed)
    return (*kept, RemedyStep(_ADDED_ACTIONS_TEXT, left, from_runbook=True)) if left else kept


def _new_remedy(entry: UserRemedyEntry, where: str, known: list[Remedy], default_docs: str) -> Remedy:
    """A code that only the user's file has; without level and kind it stands for the code wherever it turns up."""
    if entry.meaning is None or entry.steps is None:
        missing = " and ".join(
            field for field, value in (("meaning", entry.meaning), ("steps", entry.steps)) if value is None
        )
        places = sorted({_place(remedy) for remedy in known if remedy.code == entry.code})
        if places:
            asked = " ".join(part.value for part in (entry.level, entry.kind) if part is not None)
            raise CatalogueError(
                f"{where}: level, kind: the catalogue has this code as {' and as '.join(places)}, not as {asked}. "
                f"Correct them, or give {missing} to define it anew."
            )
        close = _did_you_mean(entry.code, (remedy.code for remedy in known))
        raise CatalogueError(
            f'{where}: code: the catalogue has no "{entry.code}".{close} '
            f"Correct the code, or give {missing} to define it."
        )
    blank = Remedy(
        level=entry.level or IssueLevel.ACCESS_CODE,
        kind=entry.kind or IssueKind.ERROR,
        code=entry.code,
        meaning=entry.meaning,
        steps=(),
        source="your remedies file",
        docs_url=default_docs,
    )
    return _changed(blank, entry)


def _place(remedy: Remedy) -> str:
    """Level and kind as the files write them."""
    return f"{remedy.level.value} {remedy.kind.value}"


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    """The TOML of a file, or an error that names the line."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CatalogueError(f"{name}: line {line} is not UTF-8 text. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: not valid TOML: {plain_text(error)}. Correct that line.") from error
    except RecursionError:
        raise CatalogueError(f"{name}: not usable: values are nested too deeply.") from None


def _checked(model: type[_FileModel], raw: dict[str, Any], name: str) -> _FileModel:
    """The file's content as its model, or an error that names every problem."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = [f"{name}: {_problem(details, raw, model)}" for details in error.errors(include_url=False)]
    if len(problems) > _MAX_PROBLEMS:
        problems[_MAX_PROBLEMS:] = [f"{name}: and {len(problems) - _MAX_PROBLEMS} more problems."]
    raise CatalogueError("\n".join(problems))


def _problem(details: Mapping[str, Any], raw: dict[str, Any], model: type[BaseModel]) -> str:
    """One of pydantic's errors: code, field, bad value, way out."""
    location: tuple[str | int, ...] = details["loc"]
    said = _shown(details["input"])
    match details["type"]:
        case "extra_forbidden":
            known = _known_keys(location, model)
            close = _did_you_mean(str(location[-1]), known)
            told = f"unknown key.{close} Known keys: {', '.join(known)}."
        case "missing":
            told = "is missing. Give it."
        case "enum" if "actions" in location:
            known = tuple(action.value for action in ActionId)
            close = _did_you_mean(str(details["input"]), known)
            told = f"{said} is no action.{close} Known actions: {', '.join(known)}."
        case "enum" | "literal_error":
            told = f"{said} is not allowed. Use {plain_text(details['ctx']['expected'])}."
        case "too_short":
            told = "is empty. Give at least one, or leave the key out."
        case "value_error" if isinstance(details["input"], str):
            told = f"{said} {plain_text(details['ctx']['error'])}."
        case "value_error":
            told = f"{plain_text(details['ctx']['error'])}."
        case kind:
            told = f"{said}: {_TYPE_WORDS.get(kind, plain_text(details['msg']))}."
    return ": ".join([*_where(location, raw), told])


_TYPE_WORDS: Final = {
    "string_type": 'write it as text in quotes ("...")',
    "bool_type": "write true or false, without quotes",
    "tuple_type": "write it as a list in square brackets ([...])",
    "model_type": "write it as a table ({ ... })",
    "model_attributes_type": "write it as a table ({ ... })",
}


def _where(location: tuple[str | int, ...], raw: dict[str, Any]) -> Iterator[str]:
    """Which remedy a location lies in, and the field in it, counted from one as people count."""
    rest = location
    match location:
        case ("remedy", int(index), *in_entry):
            rest = tuple(in_entry)
            entry = raw["remedy"][index]
            code = entry.get("code") if isinstance(entry, dict) else None
            named = f" ({shorten(plain_text(code), _SHOWN_VALUE_LENGTH)})" if isinstance(code, str) and code else ""
            yield f"remedy {index + 1}{named}"
    field = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in rest).removeprefix(".")
    if field:
        yield shorten(plain_text(field), 2 * _SHOWN_VALUE_LENGTH)


def _known_keys(location: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that stand beside an unknown one."""
    keys = [part for part in location[:-1] if isinstance(part, str)]
    if keys[-1:] in (["steps"], ["before"], ["after"]):
        model = StepEntry
    elif keys[-1:] == ["add_steps"]:
        model = AddedSteps
    elif keys == ["remedy"]:
        model = UserRemedyEntry if model is UserFile else RemedyEntry
    return tuple(model.model_fields)


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known word, or nothing."""
    close = difflib.get_close_matches(word[:100], list(dict.fromkeys(known)), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _shown(value: object) -> str:
    """A bad value as a message repeats it: short, plain, and in quotes if it is text."""
    if isinstance(value, str):
        return f'"{shorten(plain_text(value), _SHOWN_VALUE_LENGTH)}"'
    return shorten(plain_text(value), _SHOWN_VALUE_LENGTH)
