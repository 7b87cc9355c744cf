"""The one list of actions: what a person can do, and how careful the app must be about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ActionId(StrEnum):
    """Names an action everywhere: catalogue, operations, keys, buttons, the user's own remedies."""

    REFRESH_CODE = "refresh_code"
    REFRESH_DEVICE = "refresh_device"
    REFRESH_ACCOUNT = "refresh_account"
    SHOW_DEVICE_CODES = "show_device_codes"
    SHOW_DUPLICATE = "show_duplicate"
    CHANGE_PIN = "change_pin"
    GENERATE_PIN = "generate_pin"
    RENAME = "rename"
    CHANGE_TIMES = "change_times"
    DELETE = "delete"
    PULL_BACKUP = "pull_backup"
    CONVERT_TO_MANAGED = "convert_to_managed"
    DELETE_DUPLICATE = "delete_duplicate"
    LOCK = "lock"
    UNLOCK = "unlock"
    SYNC_ACCOUNT = "sync_account"
    RECONNECT_ACCOUNT = "reconnect_account"
    REPORT_TIME_ZONE = "report_time_zone"
    RECREATE = "recreate"
    MAKE_ONGOING = "make_ongoing"
    ALLOW_EXTERNAL_MODIFICATION = "allow_external_modification"
    FORBID_EXTERNAL_MODIFICATION = "forbid_external_modification"
    FREE_SLOTS = "free_slots"
    REPORT_CODE_LENGTHS = "report_code_lengths"
    UNDO = "undo"
    REVEAL_PIN = "reveal_pin"
    COPY_PIN = "copy_pin"
    COPY_IDS = "copy_ids"
    OPEN_DOCS = "open_docs"


class ActionTarget(StrEnum):
    """The record that an action is about."""

    ACCESS_CODE = "access_code"
    DEVICE = "device"
    CONNECTED_ACCOUNT = "connected_account"


@dataclass(frozen=True, slots=True)
class Action:
    """What is true of an action wherever it is offered."""

    id: ActionId
    label: str
    """As on its button."""
    summary: str
    """One sentence for tooltip, palette and help."""
    target: ActionTarget
    writes: bool = False
    """Whether it changes anything outside this app; refused in read-only mode by the client."""
    dangerous: bool = False
    """Whether it takes something away or opens a door: it asks first, with Cancel focused."""
    endpoints: tuple[str, ...] = ()
    """The paths of Seam's API that carry it out."""


_CODE = ActionTarget.ACCESS_CODE
_DEVICE = ActionTarget.DEVICE
_ACCOUNT = ActionTarget.CONNECTED_ACCOUNT

_ALL: Final = (
    Action(
        ActionId.REFRESH_CODE,
        "Refresh this code",
        "Read this code again from Seam.",
        _CODE,
        endpoints=("/access_codes/get",),
    ),
    Action(
        ActionId.PULL_BACKUP,
        "Pull a backup code",
        "Take a spare PIN that is already on the lock; the guest must be told the new PIN.",
        _CODE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/pull_backup_access_code",),
    ),
    Action(
        ActionId.CHANGE_PIN,
        "Change PIN",
        "Type another PIN; it is checked against the lock's rules first.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.GENERATE_PIN,
        "Let Seam choose a PIN",
        "Ask Seam for a PIN that suits this lock, then set it.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/generate_code",),
    ),
    Action(
        ActionId.RENAME,
        "Rename",
        "Give this code another name.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.CHANGE_TIMES,
        "Change times",
        "Set when this code starts and ends.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.SHOW_DUPLICATE,
        "Show the duplicate",
        "Go to the code that uses the same PIN.",
        _CODE,
        endpoints=("/access_codes/unmanaged/get",),
    ),
    Action(
        ActionId.DELETE_DUPLICATE,
        "Delete the duplicate",
        "Take the unmanaged code with the same PIN off the lock.",
        _CODE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/unmanaged/delete",),
    ),
    Action(
        ActionId.CONVERT_TO_MANAGED,
        "Convert to managed",
        "Let Seam manage this unmanaged code from now on.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/unmanaged/convert_to_managed",),
    ),
    Action(
        ActionId.DELETE,
        "Delete this code",
        "Take this code off its lock.",
        _CODE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/delete",),
    ),
    Action(
        ActionId.RECREATE,
        "Delete and create again",
        "Delete this code, wait until it is gone, and create it again with the same name, PIN and times.",
        _CODE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/delete", "/access_codes/create"),
    ),
    Action(
        ActionId.MAKE_ONGOING,
        "Make ongoing",
        "Let this code work without an end.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.ALLOW_EXTERNAL_MODIFICATION,
        "Allow external modification",
        "Let changes that were made outside Seam stand.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.FORBID_EXTERNAL_MODIFICATION,
        "Forbid external modification",
        "Let Seam put back what was changed outside it.",
        _CODE,
        writes=True,
        endpoints=("/access_codes/update",),
    ),
    Action(
        ActionId.UNDO,
        "Undo the last run",
        "Put back what the last run changed, as far as Seam lets us.",
        _CODE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/create", "/access_codes/update"),
    ),
    Action(
        ActionId.FREE_SLOTS,
        "Free slots",
        "Propose which codes of this lock can go, and delete those that you choose.",
        _DEVICE,
        writes=True,
        dangerous=True,
        endpoints=("/access_codes/delete", "/access_codes/unmanaged/delete"),
    ),
    Action(
        ActionId.REPORT_CODE_LENGTHS,
        "Report code lengths",
        "Tell Seam how long PINs are on this SmartThings lock.",
        _DEVICE,
        writes=True,
        endpoints=("/access_codes/report_device_constraints",),
    ),
    Action(
        ActionId.LOCK,
        "Test: lock",
        "Lock the door at once through Seam, to see whether the lock answers.",
        _DEVICE,
        writes=True,
        endpoints=("/locks/lock_door",),
    ),
    Action(
        ActionId.UNLOCK,
        "Test: unlock",
        "Open the door through Seam, to see whether the lock answers.",
        _DEVICE,
        writes=True,
        dangerous=True,
        endpoints=("/locks/unlock_door",),
    ),
    Action(
        ActionId.REFRESH_DEVICE,
        "Refresh the device",
        "Read this device and its codes again from Seam.",
        _DEVICE,
        endpoints=("/devices/get",),
    ),
    Action(
        ActionId.SHOW_DEVICE_CODES,
        "Show the lock's codes",
        "Show every code of this lock, managed and unmanaged.",
        _DEVICE,
        endpoints=("/access_codes/list", "/access_codes/unmanaged/list"),
    ),
    Action(
        ActionId.REPORT_TIME_ZONE,
        "Report the time zone",
        "Tell Seam the IANA time zone that the lock stands in.",
        _DEVICE,
        writes=True,
        endpoints=("/devices/report_provider_metadata",),
    ),
    Action(
        ActionId.REFRESH_ACCOUNT,
        "Refresh the account",
        "Read this connected account again from Seam.",
        _ACCOUNT,
        endpoints=("/connected_accounts/get",),
    ),
    Action(
        ActionId.SYNC_ACCOUNT,
        "Sync the account",
        "Ask Seam to read the maker's account again now.",
        _ACCOUNT,
        writes=True,
        endpoints=("/connected_accounts/sync",),
    ),
    Action(
        ActionId.RECONNECT_ACCOUNT,
        "Reconnect the account",
        "Make a Connect Webview (Seam's sign-in page) and show its address, to sign in again.",
        _ACCOUNT,
        writes=True,
        endpoints=("/connect_webviews/create",),
    ),
    Action(ActionId.REVEAL_PIN, "Reveal PIN", "Show this code's PIN for 10 seconds.", _CODE),
    Action(ActionId.COPY_PIN, "Copy PIN", "Put this code's PIN on the clipboard for 30 seconds.", _CODE),
    Action(ActionId.COPY_IDS, "Copy ids", "Copy the ids of this code, its device and its account.", _CODE),
    Action(ActionId.OPEN_DOCS, "Open the documentation", "Open Seam's page on these codes in a browser.", _CODE),
)

ACTIONS: Final[dict[ActionId, Action]] = {action.id: action for action in _ALL}
"""Every action, in the order in which a person is offered them."""
