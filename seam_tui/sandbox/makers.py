"""The lock makers of the sandbox: what their locks can do, and the limits that they put on codes."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Maker:
    """A lock maker as Seam sees it."""

    key: str
    """The provider key: `august`, `salto_ks`, ..."""
    name: str
    device_type: str
    account_type: str
    manufacturer: str
    metadata_key: str | None = None
    """Where the API keeps the maker's own fields, if it has such a place."""
    lengths: tuple[int, ...] | None = None
    constraints: tuple[tuple[str, Any], ...] = ()
    max_codes: int | None = None
    native: bool = True
    """Codes for the future are loaded onto the lock days before."""
    offline: bool = False
    """The lock takes codes that the maker computes, without a connection."""
    converts_unmanaged: bool = True
    remote: bool = True
    pool: bool = True
    simulates: tuple[str, ...] = ()
    """What `/devices/simulate/` can do to these locks."""


_MAKERS = (
    Maker("august", "August", "august_lock", "august", "august", "august_metadata", (4, 5, 6), max_codes=250,
          simulates=("connection", "removal", "hub")),
    Maker("yale", "Yale", "yale_lock", "yale", "yale", "august_metadata", (4, 5, 6), max_codes=250,
          simulates=("connection", "removal")),
    Maker("schlage", "Schlage", "schlage_lock", "schlage", "schlage", "schlage_metadata", (4,), max_codes=100),
    Maker("kwikset", "Kwikset", "kwikset_lock", "kwikset", "kwikset", "kwikset_metadata", (4, 5, 6, 7, 8),
          (("name_length", (2, 14)), ("start_date_in_future", None)), converts_unmanaged=False),
    Maker("ttlock", "TTLock", "ttlock_lock", "ttlock", "ttlock", None, (4, 5, 6, 7, 8, 9),
          (("cannot_contain_0789", None),), simulates=("hub",)),
    Maker("igloohome", "igloohome", "igloohome_lock", "igloohome", "igloohome", "igloohome_metadata", (4, 5, 6),
          offline=True, converts_unmanaged=False, simulates=("hub",), max_codes=199),
    Maker("nuki", "Nuki", "nuki_lock", "nuki", "nuki", "nuki_metadata", (6,),
          (("no_zeros", None), ("cannot_start_with_12", None)), max_codes=200, simulates=("subscription",)),
    Maker("salto_ks", "Salto KS", "salto_lock", "salto_ks", "salto", "salto_ks_metadata", (6,),
          (("cannot_specify_pin_code", None),), pool=False),
    Maker("smartthings", "SmartThings", "smartthings_lock", "smartthings", "smartthings", "smartthings_metadata",
          (4, 5, 6), max_codes=30, native=False, converts_unmanaged=False),
    Maker("wyze", "Wyze", "wyze_lock", "wyze", "wyze", None, (4, 5, 6, 7, 8), (("name_must_be_unique", None),),
          max_codes=20),
    Maker("ultraloq", "Ultraloq", "ultraloq_lock", "ultraloq", "ultraloq", "ultraloq_metadata", (4, 5, 6, 7, 8)),
    Maker("lockly", "Lockly", "lockly_lock", "lockly", "lockly", "lockly_metadata", (6, 7, 8), native=False,
          offline=True),
    Maker("tedee", "Tedee", "tedee_lock", "tedee", "tedee", None, (5, 6, 7, 8),
          (("at_least_three_unique_digits", None), ("no_ascending_or_descending_sequence", None))),
    Maker("two_n", "2N", "two_n_intercom", "my_2n", "two_n", "two_n_metadata", (4, 5, 6)),
    Maker("hubitat", "Hubitat", "linear_lock", "hubitat", "linear", None, (4, 5, 6), native=False, max_codes=30),
    Maker("dormakaba_oracode", "dormakaba Oracode", "dormakaba_oracode_door", "dormakaba_oracode", "dormakaba_oracode",
          None, (4, 5, 6), native=False, offline=True, remote=False),
    Maker("keynest", "KeyNest", "keynest_key", "keynest", "keynest", None, (6,), remote=False, pool=False),
    Maker("doorking", "DoorKing", "doorking_lock", "seam_bridge", "doorking", None, (4, 5), native=False),
)  # fmt: skip

MAKERS: dict[str, Maker] = {maker.key: maker for maker in _MAKERS}
"""Every maker by its key."""


def constraint_json(constraint: tuple[str, Any]) -> dict[str, Any]:
    """A PIN or name rule as the device properties carry it."""
    kind, bounds = constraint
    if kind in {"name_length", "name_must_be_unique"}:
        low, high = bounds or (1, 100)
        return {"constraint_type": kind, "min_length": low, "max_length": high}
    return {"constraint_type": kind}
