"""Building a world from a description: accounts, locks and codes in states that could have come about by themselves."""

from collections.abc import Iterable, Iterator
from typing import Any

from seam_tui.sandbox.backups import add_spare
from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.code_rules import generate_pin
from seam_tui.sandbox.confirmation import note_fullness
from seam_tui.sandbox.grants import new_grant
from seam_tui.sandbox.guests import guest_names
from seam_tui.sandbox.issues import code_fields
from seam_tui.sandbox.lifecycle import JUST_IN_TIME_LEAD, NATIVE_LEAD, schedule_span, start_creation
from seam_tui.sandbox.makers import MAKERS, constraint_json
from seam_tui.sandbox.records import Account, Code, Device, Issue, IssueKind, Json, Mutation
from seam_tui.sandbox.world import World

HOUR = 3600.0
# Trouble of these kinds left an event in the log when it began.
_EVENTFUL = frozenset(
    {
        "failed_to_set_on_device", "failed_to_remove_from_device", "failed_to_issue", "failed_to_update",
        "failed_to_delete", "delay_in_setting_on_device", "delay_in_removing_from_device", "delay_in_issuing",
    }
)  # fmt: skip

Spec = dict[str, Any]
"""One table of a scenario file."""


class Builder:
    """Puts records into a new world.

    Args:
        world: The world to fill.
        told: Names that the scenario gives itself, and that nobody else is to have.
    """

    def __init__(self, world: World, told: Iterable[str] = ()) -> None:
        self.world = world
        self.accounts: dict[str, Account] = {}
        self.devices: dict[str, Device] = {}
        self.codes: dict[str, Code] = {}
        self._keys: dict[str, str] = {}
        self.guests: dict[str, list[Code]] = {}
        """The codes of the guests on each lock, as they were added to fill it up."""
        self.names: Iterator[str] = guest_names(world.seeds, frozenset(told))

    # -- accounts and locks -------------------------------------------------------------------------------------------

    def account(self, spec: Spec) -> Account:
        """Make an account."""
        world = self.world
        maker = MAKERS[spec["maker"]]
        account = world.add_account(
            Account(
                account_id=world.seeds.uuid(),
                maker=maker.key,
                display_name=spec.get("name", f"{maker.name} account"),
                email=spec.get("email", f"{maker.key.replace('_', '.')}@example.com"),
                created_at=world.now - 400 * 24 * HOUR,
                issues=self.issues(spec),
                downstream_issues=self._issue_list("error", spec.get("downstream_errors", [])),
            )
        )
        self.accounts[spec.get("label", maker.key)] = account
        return account

    def device(self, spec: Spec) -> Device:
        """Make a lock."""
        world = self.world
        maker = MAKERS[spec["maker"]]
        lengths = tuple(spec["lengths"]) if "lengths" in spec else maker.lengths
        if world.seeds.traceable and lengths is not None and 6 not in lengths:
            # Six digits are what keeps a PIN apart from years and ids.
            lengths = (*lengths, 6)
        constraints = tuple(constraint_json((kind, None)) for kind in spec.get("constraints", ()))
        device = world.add_device(
            Device(
                device_id=world.seeds.uuid(),
                account_id=self.accounts[spec.get("account", maker.key)].account_id,
                maker=maker.key,
                name=spec["name"],
                created_at=world.now - 380 * 24 * HOUR,
                model=spec.get("model", f"{maker.name} lock"),
                time_zone=spec.get("time_zone"),
                location=spec.get("location"),
                online=spec.get("online", True),
                managed=spec.get("managed", True),
                battery=spec.get("battery", 0.86),
                keypad_battery=spec.get("keypad_battery"),
                lengths=lengths,
                constraints=constraints or tuple(constraint_json(rule) for rule in maker.constraints),
                max_codes=spec.get("max_codes", maker.max_codes),
                supports_pool=maker.pool,
                pool_enabled=spec.get("pool", 0) > 0 or spec.get("drained", False),
                has_keypad=spec.get("has_keypad", True),
                has_hub=spec.get("has_hub", True),
                drained=spec.get("drained", False),
                issues=self.issues(spec),
            )
        )
        for _ in range(spec.get("pool", 0)):
            add_spare(world, device)
        self.devices[device.name] = device
        return device

    # -- issues -------------------------------------------------------------------------------------------------------

    def issues(self, spec: Spec) -> list[Issue]:
        """The errors and warnings of a table."""
        errors = self._issue_list("error", spec.get("errors", []))
        return errors + self._issue_list("warning", spec.get("warnings", []))

    def _issue_list(self, kind: IssueKind, tables: list[Spec]) -> list[Issue]:
        issues = []
        for table in tables:
            extra: Json = {
                key: value for key, value in table.items() if key not in {"code", "message", "hours_ago", "twin"}
            }
            if table["code"] == "salto_ks_subscription_limit_exceeded" or "sites" in extra:
                extra = {"salto_ks_metadata": {"sites": extra.get("sites", [])}}
            began = self.world.now - table.get("hours_ago", 1.0) * HOUR
            issues.append(Issue(kind, table["code"], table["message"], began, extra))
        return issues

    def _word_issues(self, device: Device, code: Code) -> None:
        """Put the code's own PIN and name where a table leaves room for them."""
        for issue in code.issues:
            issue.message = issue.message.replace("{pin}", code.code or "")
            fields = [dict(field) for field in issue.extra.get("modified_fields", ())]
            for field in fields:
                if field["field"] == "code":
                    field |= {"from": code.code, "to": generate_pin(self.world, device)}
                elif field["field"] == "name":
                    other = next(self.names) if self.world.seeds.invents_names else (code.name or "")[:5].strip()
                    field |= {"from": code.name, "to": other}
            if fields:
                issue.extra = issue.extra | {"modified_fields": fields}

    # -- codes --------------------------------------------------------------------------------------------------------

    def code(self, device: Device, spec: Spec) -> Code:
        """Make a code in the state that its table describes."""
        world = self.world
        maker = MAKERS[device.maker]
        starts_at, ends_at = self._span(spec)
        code = Code(
            access_code_id=world.seeds.uuid(),
            device_id=device.device_id,
            name=self._name(spec),
            code=self._pin(device, spec),
            created_at=self._created(spec, starts_at),
            starts_at=starts_at,
            ends_at=ends_at,
            managed=spec.get("managed", True),
            native=spec.get("native", maker.native),
            is_backup=spec.get("backup", False),
            is_offline=spec.get("offline", False),
            is_one_time=spec.get("one_time", False),
            external_allowed=spec.get("external", False),
            cannot_be_managed=spec.get("cannot_be_managed", False),
            cannot_delete=spec.get("cannot_delete", False),
            issues=self.issues(spec) or (),
        )
        world.add_code(code)
        self._word_issues(device, code)
        self._settle(code, spec)
        self._relate(code, spec)
        self._tell_past(code)
        return code

    def _span(self, spec: Spec) -> tuple[float | None, float | None]:
        """Times in a table are hours from now; they fall on whole hours, as stays do."""
        hour = self.world.now - self.world.now % HOUR
        starts, ends = spec.get("starts"), spec.get("ends")
        return (None if starts is None else hour + starts * HOUR), (None if ends is None else hour + ends * HOUR)

    def _created(self, spec: Spec, starts_at: float | None) -> float:
        ago: float = spec.get("created_hours_ago", 24.0 + (abs(spec.get("starts", 300)) % 97))
        created = self.world.now - ago * HOUR
        return created if starts_at is None else min(created, starts_at - HOUR)

    def _name(self, spec: Spec) -> str | None:
        if self.world.seeds.invents_names:
            return next(self.names)
        name = spec.get("name", "")
        return name if name else None if spec.get("nameless") else next(self.names)

    def _pin(self, device: Device, spec: Spec) -> str | None:
        if spec.get("pin") == "":
            return None
        if "same_pin_as" in spec:
            return self.codes[spec["same_pin_as"]].code
        if "pin" in spec:
            # A PIN that is wrong on purpose stays wrong where PINs may not be short.
            return self.world.seeds.traceable_pin(7) if self.world.seeds.traceable else str(spec["pin"])
        if spec.get("offline"):
            return self.world.seeds.pin(9)
        return generate_pin(self.world, device)

    def _settle(self, code: Code, spec: Spec) -> None:
        """Put the code where it has to be by now: on the lock, waiting for its time, or stuck."""
        world = self.world
        schedule_span(world, code)
        pending: str | None = spec.get("pending")
        if not code.managed:
            code.on_lock, code.status = True, "set"
        elif code.is_offline:
            code.status = "set"
        elif pending == "creating":
            begun = code.starts_at is None or code.starts_at <= world.now
            code.status = "setting" if begun or not code.native else "unset"
            code.held = spec.get("held", True)
            code.mutations = [Mutation("creating", self._asked(code))]
        else:
            self._on_lock(code)
        if pending == "deleting":
            code.status, code.held = "removing", spec.get("held", True)
            code.mutations = [Mutation("deleting", self._asked(code))]
            text = "This access code is being deleted from the device."
            code.issues = [*code.issues, Issue("warning", "being_deleted", text, self._asked(code))]
        elif pending is not None and pending.startswith("updating"):
            code.held = spec.get("held", True)
            code.mutations = [self._update(code, pending, spec)]

    def _asked(self, code: Code) -> float:
        return min((issue.created_at for issue in code.issues), default=self.world.now - 0.2 * HOUR) - 120.0

    def _on_lock(self, code: Code) -> None:
        world = self.world
        lead = NATIVE_LEAD if code.native else JUST_IN_TIME_LEAD
        if code.starts_at is None or code.starts_at <= world.now:
            code.on_lock, code.status = True, "set"
        elif code.starts_at - lead > world.now:
            begins = code.starts_at - lead
            code.mutations = [Mutation("deferring_creation", code.created_at, scheduled_at=begins)]
            world.at(begins, start_creation, code.access_code_id)
        else:
            code.on_lock, code.scheduled = True, code.native
            code.status = "unset" if code.native else "set"

    def _update(self, code: Code, pending: str, spec: Spec) -> Mutation:
        if pending == "updating_code":
            new = generate_pin(self.world, self.world.devices[code.device_id])
            return Mutation("updating_code", self._asked(code), {"code": code.code}, {"code": new})
        if pending == "updating_name":
            return Mutation("updating_name", self._asked(code), {"name": code.name}, {"name": self._name(spec["to"])})
        span = {"starts_at": code.starts_at, "ends_at": code.ends_at}
        starts_at, ends_at = self._span(spec["to"])
        after = {"starts_at": code.starts_at if starts_at is None else starts_at, "ends_at": ends_at}
        return Mutation("updating_time_frame", self._asked(code), span, after)

    def _relate(self, code: Code, spec: Spec) -> None:
        """Tie the code to its siblings, its backup and its duplicate."""
        world = self.world
        if "label" in spec:
            self.codes[spec["label"]] = code
        if "key" in spec:
            code.common_code_key = self._keys.setdefault(spec["key"], world.seeds.uuid())
        if "pulled" in spec:
            spare = self.codes[spec["pulled"]]
            code.pulled_backup_id = spare.access_code_id
        for issue in code.issues:
            twin = self.codes.get(spec.get("same_pin_as", ""))
            if issue.code == "duplicate_code_on_device" and twin is not None:
                key = "managed_access_code_id" if twin.managed else "unmanaged_access_code_id"
                issue.extra = {key: twin.access_code_id}

    def _tell_past(self, code: Code) -> None:
        """Write what has happened to the code so far into the event log."""
        world = self.world
        fields = code_fields(world, code)
        if not code.managed:
            world.emit("access_code.unmanaged.created", fields, at=code.created_at)
            return
        world.emit("access_code.created", fields, at=code.created_at)
        if code.on_lock:
            kind = "scheduled_on_device" if code.scheduled else "set_on_device"
            world.emit(f"access_code.{kind}", fields | {"code": code.code or ""}, at=code.created_at + 4.0)
        for issue in code.issues:
            if issue.code in _EVENTFUL:
                nothing: Json = {
                    f"{level}_{kind}": []
                    for level in ("connected_account", "device", "access_code")
                    for kind in ("errors", "warnings")
                }
                about = {"message": issue.message, "created_at": iso(issue.created_at)}
                nothing[f"access_code_{issue.kind}s"] = [{f"{issue.kind}_code": issue.code, **about}]
                world.emit(f"access_code.{issue.code}", fields | nothing, at=issue.created_at)

    def grant(self, spec: Spec) -> None:
        """Let a grant own the codes of some guests: one guest then, with the times of the first, on all these locks."""
        codes = [self.guests[lock][number] for lock, number in spec["guests"]]
        first = codes[0]
        for code in codes[1:]:
            if not self.world.seeds.invents_names:
                code.name = first.name
            code.starts_at, code.ends_at = first.starts_at, first.ends_at
            schedule_span(self.world, code)
        new_grant(self.world, next(self.names) if self.world.seeds.invents_names else spec["name"], codes)

    def finish(self) -> None:
        """Let the locks count their codes."""
        for device in self.world.devices.values():
            note_fullness(self.world, device)
