"""Pictures on disk: one file for each workspace and credential, for its owner alone, whole or not there.

Lines of JSON: what the file is, the workspace, blocks of devices and of codes, and last a checksum of all before it.
Everything here blocks, and is called off the event loop.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from typing import Any, BinaryIO, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.workspace.picture import Picture
from seam_tui.workspace.picture_table import (
    Pause,
    decode_column,
    decode_table,
    decode_time,
    encode_column,
    encode_table,
    encode_time,
    forget_shared,
    shape,
)
from seam_tui.workspace.without_pins import mask_own_pins

APP_NAME: Final = "seam-tui"
CACHE_FOLDER_VARIABLE: Final = "SEAM_TUI_CACHE_DIR"
"""Environment variable that puts the cache folder elsewhere."""
MAX_AGE: Final = timedelta(days=14)
"""Time since all of a picture was verified after which it is not shown any more."""

_FORMAT: Final = "seam-tui picture"
_VERSION: Final = 2
_SUFFIX: Final = ".picture"
_ASIDE: Final = ".aside"
"""Takes the place of the suffix of a picture that cannot be used; the next one replaces it."""
_UNFINISHED: Final = ".new"
_BLOCK: Final = 500
"""Records in a line: no step of writing one takes three milliseconds, and more lines take no longer to read."""
_CHUNK: Final = 1 << 20
"""Bytes that are read at once: a picture is never in memory as a whole."""
_DIGEST: Final = 32
"""Letters of the checksum."""
_OURS: Final = (_SUFFIX, _ASIDE, _UNFINISHED)
_NO_PICTURE: Final = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What reading something else as a picture may raise."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A picture that is not shown; it was put aside."""

    reason: str
    """One sentence for a person."""


class PictureError(Exception):
    """A picture could not be written or deleted. Its text is one sentence for a person and names no record."""


def cache_folder() -> Path:
    """The folder of the pictures: `SEAM_TUI_CACHE_DIR`, else the operating system's place for caches."""
    override = os.environ.get(CACHE_FOLDER_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_cache_path

    return user_cache_path(APP_NAME, appauthor=False)


def picture_path(folder: Path, endpoint: str, credential: str, workspace_id: str | None) -> Path:
    """The file of a workspace's picture.

    Only the credential that read a workspace finds its picture again, and finds it before anything was asked: an API
    key does not tell its workspace. The name is a one-way fingerprint.

    Args:
        folder: `cache_folder()`.
        endpoint: Seam's address.
        credential: The API key or personal access token.
        workspace_id: The workspace that was chosen; None with an API key.
    """
    told = json.dumps([endpoint, workspace_id, credential]).encode()
    return folder / (blake2b(told, digest_size=16, person=b"seam-tui picture").hexdigest() + _SUFFIX)


def write_picture(path: Path, picture: Picture, *, pause: Pause = lambda: time.sleep(0)) -> None:
    """Write a picture in the place of the one before; at every moment there is a whole one, or none.

    Args:
        path: `picture_path(…)`.
        picture: Its PINs are not written.
        pause: Called every two milliseconds or so (measured), so that another thread can draw meanwhile.

    Raises:
        PictureError: It could not be written; the one before is still there.
    """
    unfinished = path.with_suffix(f".{os.getpid()}{_UNFINISHED}")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            unfinished.unlink()
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest = _new_digest()
                for line in _lines(path.stem, picture, pause):
                    digest.update(line)
                    file.write(line)
                    pause()
                file.write(digest.hexdigest().encode())
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise
    except OSError as error:
        words = (error.strerror or "no reason given").lower()
        raise PictureError(f"The picture for the next start could not be written: {words}.") from None


def read_picture(path: Path, now: datetime, *, max_age: timedelta = MAX_AGE) -> Picture | Unusable | None:
    """Read a picture; one that cannot be used is put aside.

    Args:
        path: `picture_path(…)`.
        now: The wall time.
        max_age: Age from which a picture is not used.

    Returns:
        The picture without PINs, whole and as it was written; why it cannot be used; None if there is none.
    """
    try:
        with path.open("rb", buffering=_CHUNK) as file:
            found = _parse(file, path.stem, now, max_age)
    except FileNotFoundError:
        return None
    except OSError as error:
        words = (error.strerror or "no reason given").lower()
        return Unusable(f"The picture of the last run cannot be read ({words}).")
    if isinstance(found, Unusable):
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(_ASIDE))
    return found


def kept_pictures(folder: Path) -> tuple[int, int]:
    """How many pictures are kept, and the bytes that they take with all that was put aside."""
    files = _files(folder)
    size = 0
    for path in files:
        with contextlib.suppress(OSError):
            size += path.stat().st_size
    return sum(path.suffix == _SUFFIX for path in files), size


def clear_pictures(folder: Path) -> int:
    """Delete every picture, also those that were put aside.

    Returns:
        How many files were deleted.

    Raises:
        PictureError: One could not be deleted.
    """
    deleted = 0
    for path in _files(folder):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise PictureError(f"{path} cannot be deleted: {(error.strerror or 'no reason given').lower()}.") from None
        deleted += 1
    return deleted


def expire_pictures(folder: Path, now: datetime, max_age: timedelta = MAX_AGE) -> None:
    """Delete what is older than a picture may be, of any workspace; what cannot be deleted stays."""
    for path in _files(folder):
        with contextlib.suppress(OSError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - max_age:
                path.unlink()


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in _OURS)
    except OSError:
        return []


# Lines


def _lines(stem: str, picture: Picture, pause: Pause) -> Iterator[bytes]:
    yield _line({"format": _FORMAT, "version": _VERSION, "shape": shape(), "name": stem})
    yield _line(
        {
            "as_of": encode_time(picture.as_of),
            "verified_at": encode_time(picture.verified_at),
            "last_event_at": encode_time(picture.last_event_at),
            "last_event_id": picture.last_event_id,
            "workspace": encode_table(Workspace, [picture.workspace]),
            "accounts": encode_table(ConnectedAccount, picture.accounts),
        }
    )
    for start in range(0, len(picture.devices), _BLOCK):
        devices = picture.devices[start : start + _BLOCK]
        read = encode_column([device.device_id in picture.read_device_ids for device in devices])
        yield _line({"devices": encode_table(Device, devices, pause), "read": read})
    for start in range(0, len(picture.codes), _BLOCK):
        codes = [mask_own_pins(code) for code in picture.codes[start : start + _BLOCK]]
        pause()
        awaited = picture.awaited_pin_ids
        with_pin = encode_column([code.pin is not None or code.access_code_id in awaited for code in codes])
        yield _line({"codes": encode_table(AccessCode, codes, pause), "with_pin": with_pin})


def _line(content: object) -> bytes:
    # ASCII: whatever a name holds, it is one line.
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _new_digest() -> Any:
    return blake2b(digest_size=_DIGEST // 2)


def _parse(file: BinaryIO, stem: str, now: datetime, max_age: timedelta) -> Picture | Unusable:
    problem = _problem(file, stem)
    if problem is not None:
        return problem
    try:
        file.seek(0)
        picture = _read_lines(line for line in file if line.endswith(b"\n"))
    except _NO_PICTURE:
        return _damaged()
    finally:
        forget_shared()
    if picture.verified_at < now - max_age:
        return Unusable(f"The picture of the last run is older than {max_age.days} days and was put aside.")
    return picture


def _damaged() -> Unusable:
    return Unusable("The picture of the last run is damaged and was put aside.")


def _problem(file: BinaryIO, stem: str) -> Unusable | None:
    """Why a file is not read any further. All of it is looked through, and none of it kept."""
    try:
        header = json.loads(file.readline(_CHUNK))
        ours = header["format"] == _FORMAT
        same_form = (header["version"], header["shape"]) == (_VERSION, shape())
        own = header["name"] == stem
    except _NO_PICTURE:
        return _damaged()
    if ours and not same_form:
        return Unusable("The picture of the last run is of another version of seam-tui and was put aside.")
    left = file.seek(0, os.SEEK_END) - _DIGEST
    file.seek(0)
    digest = _new_digest()
    while left > 0 and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    whole = digest.hexdigest().encode() == file.read()
    return None if ours and own and whole else _damaged()


def _read_lines(lines: Iterator[bytes]) -> Picture:
    next(lines)
    facts = json.loads(next(lines))
    as_of, verified_at = (decode_time(facts[name]) for name in ("as_of", "verified_at"))
    (workspace,) = decode_table(Workspace, facts["workspace"])
    if as_of is None or verified_at is None:
        raise ValueError("no time")
    devices: list[Device] = []
    codes: list[AccessCode] = []
    read: list[str] = []
    with_pin: list[str] = []
    for line in lines:
        block = json.loads(line)
        if "devices" in block:
            found = decode_table(Device, block["devices"])
            devices += found
            ids = [device.device_id for device in found]
            read += compress(ids, decode_column(block["read"], len(ids)))
        else:
            found_codes = decode_table(AccessCode, block["codes"])
            codes += found_codes
            ids = [code.access_code_id for code in found_codes]
            with_pin += compress(ids, decode_column(block["with_pin"], len(ids)))
    return Picture(
        as_of=as_of,
        verified_at=verified_at,
        last_event_at=decode_time(facts["last_event_at"]),
        last_event_id=facts["last_event_id"],
        workspace=workspace,
        accounts=tuple(decode_table(ConnectedAccount, facts["accounts"])),
        devices=tuple(devices),
        read_device_ids=frozenset(read),
        codes=tuple(codes),
        awaited_pin_ids=frozenset(with_pin),
    )
