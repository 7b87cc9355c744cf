"""Access grants: they own the codes that they made, and put back what somebody else changes on them.

That a grant puts its own state back is inferred: Seam says only that such codes are to be changed through their grant.
"""

from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.code_rules import generate_pin
from seam_tui.sandbox.issues import code_event
from seam_tui.sandbox.lifecycle import ask, ask_removal, plan_creation
from seam_tui.sandbox.records import Code, Grant, Method, Mutation
from seam_tui.sandbox.world import World

PUT_BACK_SECONDS = 8.0
"""How long a grant takes to notice that one of its codes was changed or deleted by somebody else."""


def new_grant(world: World, name: str, codes: list[Code]) -> Grant:
    """Make a grant that owns these codes; its times are those of the first.

    Raises:
        ValueError: There is no code, or the first has no times.
    """
    if not codes or codes[0].starts_at is None or codes[0].ends_at is None:
        raise ValueError("A grant needs a first code with a start and an end.")
    first = codes[0]
    methods = [Method(world.seeds.uuid(), code, code.name, code.code) for code in codes]
    grant = Grant(
        world.seeds.uuid(), name, first.created_at, codes[0].starts_at, codes[0].ends_at, world.seeds.uuid(), methods
    )
    world.grants[grant.grant_id] = grant
    return grant


def owner_of(world: World, code_id: str) -> tuple[Grant, Method] | None:
    """The grant that made a code, and what it made there; None for a code that nobody else owns."""
    for grant in world.grants.values():
        for method in grant.methods:
            if method.code.access_code_id == code_id:
                return grant, method
    return None


# -- through the grant ------------------------------------------------------------------------------------------------


def change_times(world: World, grant: Grant, starts_at: float, ends_at: float) -> None:
    """Give a grant other times, and every code that it made."""
    if (starts_at, ends_at) == (grant.starts_at, grant.ends_at):
        return
    grant.starts_at, grant.ends_at = starts_at, ends_at
    for method in grant.methods:
        _put_right(world, grant, method)
    times = {"starts_at": iso(starts_at), "ends_at": iso(ends_at)}
    world.emit("access_grant.access_times_changed", {"access_grant_id": grant.grant_id, **times})


def end_grant(world: World, grant: Grant) -> None:
    """End a grant: every code that it made leaves its lock."""
    del world.grants[grant.grant_id]
    for method in grant.methods:
        if _is_there(world, method.code) and not method.code.pending("deleting"):
            ask_removal(world, method.code)
    world.emit("access_grant.deleted", {"access_grant_id": grant.grant_id})


# -- past the grant ---------------------------------------------------------------------------------------------------


def notice_later(world: World, code_id: str) -> None:
    """Let the owner of a code, if there is one, notice what somebody else did to it."""
    if owner_of(world, code_id) is not None:
        world.later(PUT_BACK_SECONDS, put_back, code_id)


def put_back(world: World, code_id: str) -> None:
    """The owner notices: a changed code gets its old values back, and a deleted one a successor with another PIN."""
    owned = owner_of(world, code_id)
    if owned is None or owned[0].ends_at <= world.now:
        return
    grant, method = owned
    if _is_there(world, method.code):
        _put_right(world, grant, method)
    else:
        _make_again(world, grant, method)


def _is_there(world: World, code: Code) -> bool:
    return code.access_code_id in world.codes


def _put_right(world: World, grant: Grant, method: Method) -> None:
    """Ask for everything in which a code differs from what its grant wants."""
    code = method.code
    if not _is_there(world, code) or not code.managed or code.pending("deleting"):
        return
    code.mutations = [wish for wish in code.mutations if not wish.kind.startswith("updating")]
    wanted = []
    if code.code != method.pin:
        wanted.append(Mutation("updating_code", world.now, {"code": code.code}, {"code": method.pin}))
    if code.name != method.name:
        wanted.append(Mutation("updating_name", world.now, {"name": code.name}, {"name": method.name}))
    if (code.starts_at, code.ends_at) != (grant.starts_at, grant.ends_at):
        before = {"starts_at": code.starts_at, "ends_at": code.ends_at}
        after = {"starts_at": grant.starts_at, "ends_at": grant.ends_at}
        wanted.append(Mutation("updating_time_frame", world.now, before, after))
    if wanted:
        code.held = False
        ask(world, code, *wanted)


def _make_again(world: World, grant: Grant, method: Method) -> None:
    """Put a new code in the place of one that was deleted: a new id, and a PIN that its guest does not know."""
    device = world.devices[method.code.device_id]
    method.pin = generate_pin(world, device)
    method.code = world.add_code(
        Code(
            access_code_id=world.seeds.uuid(),
            device_id=device.device_id,
            name=method.name,
            code=method.pin,
            created_at=world.now,
            starts_at=grant.starts_at,
            ends_at=grant.ends_at,
            native=method.code.native,
        )
    )
    code_event(world, method.code, "created")
    plan_creation(world, method.code)
