"""Worlds of any size, made in seconds: for benchmarks and for workspaces as large as the largest customers'."""

from seam_tui.sandbox.builder import HOUR
from seam_tui.sandbox.confirmation import note_fullness
from seam_tui.sandbox.guests import guest_names
from seam_tui.sandbox.lifecycle import end_validity, start_validity
from seam_tui.sandbox.makers import MAKERS, constraint_json
from seam_tui.sandbox.records import Account, Code, Device, Issue, Mutation
from seam_tui.sandbox.world import World

_MAKERS = ("august", "yale", "schlage", "ttlock", "nuki", "kwikset", "smartthings", "ultraloq")
_ZONES = ("America/New_York", "America/Los_Angeles", "America/Denver", "Europe/Berlin")
_PLACES = ("Harbour", "Pine", "Mill", "Cedar", "Quay", "Orchard", "Summit", "Meadow")
_OFFLINE_EVERY = 50
_TROUBLED_EVERY = 40
_UNMANAGED_EVERY = 20
_ONGOING_EVERY = 12
# Codes end in their own time, but only those of the next weeks are worth a place in the heap.
_HORIZON = 14 * 24 * HOUR

_TROUBLES: tuple[tuple[str, str], ...] = (
    ("failed_to_set_on_device", "Seam could not set this access code on the device. It keeps trying."),
    ("code_constraints_violated", "The access code breaks a rule of the device."),
    ("provider_issue", "The lock maker's service refused this access code."),
)


def fill_generated(world: World, devices: int, codes: int) -> None:
    """Fill a world with so many locks and codes, spread evenly, a few of them in trouble.

    Raises:
        ValueError: A number is negative, or there are codes and no lock for them.
    """
    if devices < 0 or codes < 0 or (codes and not devices):
        raise ValueError("A generated workspace needs at least one device for its codes, and no negative numbers.")
    accounts = [_account(world, maker) for maker in _MAKERS[: max(1, min(len(_MAKERS), devices))]] if devices else []
    locks = [_device(world, number, accounts) for number in range(devices)]
    names = guest_names(world.seeds)
    for number in range(codes):
        _code(world, number, locks[number % devices], next(names))
    for lock in locks:
        note_fullness(world, lock)


def _account(world: World, maker: str) -> Account:
    kind = MAKERS[maker]
    return world.add_account(
        Account(
            world.seeds.uuid(), maker, f"{kind.name} (all houses)", f"{maker}@example.com", world.now - 9_000 * HOUR
        )
    )


def _device(world: World, number: int, accounts: list[Account]) -> Device:
    account = accounts[number % len(accounts)]
    maker = MAKERS[account.maker]
    place = _PLACES[number // len(_MAKERS) % len(_PLACES)]
    online = number % _OFFLINE_EVERY != _OFFLINE_EVERY - 1
    lengths = maker.lengths
    if world.seeds.traceable and lengths is not None and 6 not in lengths:
        lengths = (*lengths, 6)
    device = Device(
        device_id=world.seeds.uuid(),
        account_id=account.account_id,
        maker=maker.key,
        name=f"{place} House {number + 1}",
        created_at=world.now - 8_000 * HOUR + number,
        model=f"{maker.name} lock",
        time_zone=_ZONES[number % len(_ZONES)],
        location=f"{place} House",
        online=online,
        battery=0.2 + (number * 7 % 80) / 100,
        lengths=lengths,
        constraints=tuple(constraint_json(rule) for rule in maker.constraints),
        supports_pool=maker.pool,
    )
    if not online:
        text = "The device is offline. Check its power and its connection to the internet."
        device.issues = [Issue("error", "device_disconnected", text, world.now - 3 * HOUR)]
    return world.add_device(device)


def _code(world: World, number: int, device: Device, name: str) -> Code:
    random = world.seeds.random
    hour = world.now - world.now % HOUR
    lengths = device.lengths or (6,)
    code = Code(
        access_code_id=world.seeds.uuid(),
        device_id=device.device_id,
        name=name,
        code=_fresh_pin(world, device, lengths[-1]),
        created_at=world.now - 500 * HOUR + number,
        native=MAKERS[device.maker].native,
        status="set",
        on_lock=True,
    )
    if number % _ONGOING_EVERY:
        starts = random.randint(-96, 240)
        code.starts_at, code.ends_at = hour + starts * HOUR, hour + (starts + random.randint(100, 200)) * HOUR
    if number % _UNMANAGED_EVERY == _UNMANAGED_EVERY - 1:
        code.managed, code.starts_at, code.ends_at = False, None, None
    elif number % _TROUBLED_EVERY == 7:
        issue, text = _TROUBLES[number // _TROUBLED_EVERY % len(_TROUBLES)]
        code.issues = [Issue("error", issue, text, world.now - 2 * HOUR)]
        code.mutations = [Mutation("creating", world.now - 2 * HOUR)]
        code.on_lock, code.held, code.status = False, True, "setting"
    elif code.starts_at is not None and code.starts_at > world.now:
        code.scheduled, code.status = code.native, "unset" if code.native else "set"
    _schedule(world, code)
    return world.add_code(code)


def _fresh_pin(world: World, device: Device, length: int) -> str:
    """A PIN that is free on this lock; cheaper than asking every rule, as these PINs suit them all."""
    taken = {code.code for code in world.codes_on[device.device_id].values()}
    while (pin := world.seeds.pin(length)) in taken:
        continue
    return pin


def _schedule(world: World, code: Code) -> None:
    if code.starts_at is not None and world.now < code.starts_at < world.now + _HORIZON:
        world.at(code.starts_at, start_validity, code.access_code_id)
    if code.ends_at is not None and code.ends_at < world.now + _HORIZON:
        world.at(code.ends_at, end_validity, code.access_code_id)
