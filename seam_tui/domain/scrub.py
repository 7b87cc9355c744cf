"""What may be told of an exception: types, files, lines and functions; never a message, a source line or a local.

A message may quote a PIN, a key or a guest's name, and a local may hold one, so a crash log is built from what the
code is, not from what it held (UX rule 13). Nothing here calls into the exception itself: its `__str__`, `__repr__`,
`__class__`, `__rich__` and overridden attributes may fail, lie or leak.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from types import CodeType, FrameType, TracebackType
from typing import Any, Final
from urllib.parse import quote

from seam_tui.domain.pin import MASK, MIN_LENGTH
from seam_tui.domain.text import plain_text

_HEAD_FRAMES: Final = 20
_TAIL_FRAMES: Final = 60
"""Frames told of one traceback, from its start and from its end: a recursion has a thousand."""
_MAX_EXCEPTIONS: Final = 50
"""Exceptions told of one chain or group; a group may nest without end."""
_MAX_NAME: Final = 120
_NOT_A_NAME: Final = re.compile(r"[^A-Za-z0-9_.<>/\\: -]+")

# The slots of BaseException itself: a subclass may hide each of them behind a property that fails or lies.
_CAUSE: Final[Any] = vars(BaseException)["__cause__"]
_CONTEXT: Final[Any] = vars(BaseException)["__context__"]
_SUPPRESS: Final[Any] = vars(BaseException)["__suppress_context__"]
_TRACEBACK: Final[Any] = vars(BaseException)["__traceback__"]
_MEMBERS: Final[Any] = vars(BaseExceptionGroup)["exceptions"]
_TYPE_NAME: Final[Any] = vars(type)["__name__"]
_MRO: Final[Any] = vars(type)["__mro__"]
_NAMESPACE: Final[Any] = vars(type)["__dict__"]


def describe_exception(error: BaseException) -> str:
    """Tell an exception, its causes and its members, without anything that they held.

    A message is told only if the exception's class opts in with the class attribute `safe_to_log = True`.

    Args:
        error: The exception; it is never asked anything by its own methods, unless it opted in.

    Returns:
        One line for each exception and one for each frame, ending without a line break.
    """
    lines: list[str] = []
    _describe(error, lines, "", "", set())
    return "\n".join(lines)


def exception_name(error: BaseException) -> str:
    """The name of an exception's class, whatever the exception says that its class is."""
    return class_name(type(error))


def class_name(kind: type) -> str:
    """The name of a class as plain characters, whatever its metaclass says."""
    return safe_name(_TYPE_NAME.__get__(kind))


def safe_name(text: object) -> str:
    """A name out of code (class, function, file, worker) as short printable ASCII; `?` where nothing is left."""
    if not isinstance(text, str):
        return "?"
    return _NOT_A_NAME.sub("_", text[:_MAX_NAME]) or "?"


def scrub_secrets(text: str, secrets: Iterable[str]) -> str:
    """Mask known secrets in a text, also where they stand percent-encoded or escaped as JSON.

    Args:
        text: Any text.
        secrets: What to mask; anything shorter than a PIN is left, since it stands in every text by chance.

    Returns:
        The text with `••••` in the place of each secret, the longest first.
    """
    known: set[str] = set()
    for secret in secrets:
        if len(secret) >= MIN_LENGTH:
            known |= {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    if not known:
        return text
    # One pass, so that a mask is never searched again.
    return re.sub("|".join(map(re.escape, sorted(known, key=len, reverse=True))), MASK, text)


def describe_frame(file: str, line: int | None, function: str, module: str = "") -> str:
    """One frame as a line: the file below its package, never the folders above, which name a person.

    Args:
        file: The file's path as the code object has it.
        line: The line's number.
        function: The function's qualified name.
        module: The module's dotted name; without it, only the file's own name is told.
    """
    path = PurePath(file)
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    shown = path.name
    if package and path.parts[-len(package) - 1 : -1] == tuple(package):
        shown = "/".join([*package, path.name])
    return f"{safe_name(shown)}:{line or '?'} in {safe_name(function)}"


def _describe(error: BaseException, lines: list[str], indent: str, link: str, seen: set[int]) -> None:
    """Append an exception, what led to it, and the members of a group."""
    if id(error) in seen or len(seen) >= _MAX_EXCEPTIONS:
        lines.append(f"{indent}{link}{exception_name(error)} (not told again, or one of too many)")
        return
    seen.add(id(error))
    message = _opted_in_message(error)
    lines.append(f"{indent}{link}{exception_name(error)}" + (f": {message}" if message else ""))
    lines.extend(f"{indent}  {frame}" for frame in _frames(_TRACEBACK.__get__(error)))
    cause, context = _CAUSE.__get__(error), _CONTEXT.__get__(error)
    if cause is not None:
        _describe(cause, lines, indent, "caused by ", seen)
    elif context is not None and not _SUPPRESS.__get__(error):
        _describe(context, lines, indent, "while handling ", seen)
    if issubclass(type(error), BaseExceptionGroup):  # isinstance asks `__class__`, which may fail
        for number, member in enumerate(_MEMBERS.__get__(error), 1):
            _describe(member, lines, indent + "  | ", f"member {number}: ", seen)


def _opted_in_message(error: BaseException) -> str:
    """The message as one plain line, if the exception's class says that it may be told."""
    for kind in _MRO.__get__(type(error)):
        allowed = _NAMESPACE.__get__(kind).get("safe_to_log")
        if allowed is not None:
            break
    else:
        return ""
    if allowed is not True:
        return ""
    try:
        return plain_text(str(error))
    except Exception:  # its own code runs here, and may do anything
        return "(its message could not be made)"


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    """The frames of a traceback, outermost first, with the middle of a long one left out."""
    told: list[str] = []
    while traceback is not None:
        told.append(_frame(traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    left_out = len(told) - _HEAD_FRAMES - _TAIL_FRAMES
    if left_out <= 1:
        yield from told
        return
    yield from told[:_HEAD_FRAMES]
    yield f"({left_out} frames left out)"
    yield from told[-_TAIL_FRAMES:]


def _frame(frame: FrameType, line: int | None) -> str:
    """One frame, its module named by the globals that its code runs in."""
    code: CodeType = frame.f_code
    module = frame.f_globals.get("__name__")
    return describe_frame(code.co_filename, line, code.co_qualname, module if isinstance(module, str) else "")
