"""Loading: rows come as they are read, what fails is said where it fails, and what was read stays."""

from __future__ import annotations

import re
from dataclasses import replace

from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import Sandbox
from seam_tui.seam_api.connection import Connection
from tests.flows.driver import RunningApp, running_app
from tests.flows.wire import Wire, about

LISTS = "/access_codes/*list"


def device_id(wire: Wire, name: str) -> str:
    return next(device.device_id for device in wire.sandbox.world.devices.values() if device.name == name)


def add_guest(app: RunningApp, name: str, like: str) -> None:
    """Somebody makes a code elsewhere, while the app is open."""
    model = app.code(like)
    app.sandbox.world.add_code(replace(model, access_code_id=app.sandbox.world.seeds.uuid(), name=name))


async def test_rows_appear_and_can_be_worked_with_while_the_rest_still_loads() -> None:  # UX 16
    def hold(wire: Wire) -> None:
        wire.hold(about(LISTS, device_id(wire, "Harbour Office")))

    async with running_app(arrange_wire=hold, load=False) as app:
        await app.codes.gains("Hiro Tanaka")
        await app.until(lambda: re.search(r"loading… \d+ codes, 15 of 16 devices", app.top), "the progress in words")
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows("duplicate_code_on_device")
        assert not app.codes.has("Reception")
        app.wire.release()
        await app.codes.gains("Reception")
        assert app.codes.at == "Hiro Tanaka"
        await app.until(lambda: "updated" in app.top and "loading" not in app.top, "the end of the load")


async def test_before_anything_was_read_the_panes_say_that_they_load() -> None:
    async with running_app(arrange_wire=lambda wire: wire.hold(about("*")), load=False) as app:
        await app.codes.says("Loading the access codes…")
        assert "Loading the devices…" in app.devices.text
        assert "connecting" in app.top


async def test_the_device_that_one_looks_at_is_read_next() -> None:
    def hold(wire: Wire) -> None:
        wire.hold(about(LISTS))

    async with running_app(arrange_wire=hold, load=False, concurrency=1) as app:
        await app.devices.choose("Harbour Office – Linen Store")
        titles = app.devices.titles
        passed = titles[: titles.index("Harbour Office – Linen Store")]
        await app.codes.says("Loading this lock's codes…")
        app.wire.release()
        await app.is_loaded()
        lists = [record for record in app.sandbox.requests if record.path == "/access_codes/list"]
        read = [str(record.params["device_id"]) for record in lists if "device_id" in record.params]
        order = [app.sandbox.world.devices[device].name for device in read]
        # Behind the one that was under way, and one at most of those that the cursor passed.
        before = order[1 : order.index("Harbour Office – Linen Store")]
        assert len(before) <= 1
        assert set(before) <= set(passed)


async def test_a_device_whose_codes_cannot_be_read_says_so_and_the_rest_loads() -> None:  # UX 16
    def fail(wire: Wire) -> None:
        wire.fails_at = about(LISTS, device_id(wire, "Boathouse"))

    async with running_app(arrange_wire=fail, load=False) as app:
        await app.until(lambda: "1 device not read" in app.top, "the count of unread devices", within=30)
        await app.is_loaded(within=30)
        assert app.codes.has("Reception")
        assert not app.codes.has("Wes Turner")
        assert app.devices.row("Boathouse").startswith("! Boathouse")
        await app.devices.choose("Boathouse")
        await app.codes.says("This lock's codes could not be read.")
        await app.detail.shows("Its codes could not all be read")
        app.wire.fails_at = None
        await app.press("R")
        await app.codes.gains("Wes Turner")
        await app.until(lambda: "not read" not in app.top, "no unread devices")


async def test_r_reads_everything_again() -> None:
    async with running_app() as app:
        add_guest(app, "Walk-in Guest", like="Tess Murphy")
        app.wire.hold(about("/devices/list"))
        await app.press("r")
        await app.says("Reloading…")
        app.wire.release()
        await app.codes.gains("Walk-in Guest")


async def test_refused_credentials_are_said_with_what_to_do() -> None:
    wrong = Connection(api_key="seam_wrong_key", endpoint="http://sandbox.invalid")
    async with running_app(connection=wrong, load=False) as app:
        await app.codes.says("Seam does not accept the credentials (401)")
        await app.codes.says("Check SEAM_API_KEY")
        await app.codes.says("r tries again")
        assert "STALE" in app.top


async def test_credentials_that_cannot_work_are_said_without_asking_seam() -> None:
    malformed = Connection(api_key="not a key", endpoint="http://sandbox.invalid")
    async with running_app(connection=malformed, load=False) as app:
        await app.codes.says("The credentials do not have the form that Seam asks for.")
        assert len(list(app.sandbox.requests)) == 0
        await app.settle()
        assert not app.dialog.is_open  # the app's own handler, for picking a workspace, is not meant
        assert app.app.is_running


async def test_a_failed_reload_keeps_the_old_picture_and_calls_it_stale() -> None:  # UX 16
    async with running_app() as app:
        app.sandbox.faults.add(FaultRule("status", "/workspaces/get", status=401))
        await app.press("r")
        await app.until(lambda: "STALE: Seam does not accept the credentials" in app.top, "the reason in the bar")
        assert app.codes.has("Hiro Tanaka")
        app.sandbox.faults.clear()
        await app.press("r")
        await app.until(lambda: "STALE" not in app.top and "updated" in app.top, "a fresh picture")


async def test_without_a_network_it_says_so_and_r_recovers() -> None:  # UX 16
    def cut(wire: Wire) -> None:
        wire.is_down = True

    async with running_app(arrange_wire=cut, load=False) as app:
        await app.until(lambda: "Seam could not be reached" in app.codes.text, "the failure in words", within=30)
        assert "Check the network" in app.codes.text
        app.wire.is_down = False
        await app.press("r")
        await app.is_loaded()
        await app.codes.gains("Hiro Tanaka")


async def test_an_empty_workspace_is_said_in_words() -> None:
    async with running_app("empty", load=False) as app:
        await app.devices.says("This workspace has no locks.")
        await app.devices.says("Connect an account in Seam Console")
        await app.codes.says("This workspace has no locks.")


async def test_a_healthy_workspace_is_said_in_words() -> None:
    async with running_app("healthy") as app:
        assert "✖" not in app.codes.title
        await app.codes.choose("Tess Murphy" if app.codes.has("Tess Murphy") else app.codes.titles[0])
        await app.detail.shows("✓ Seam reports nothing wrong with this code.")
        await app.devices.choose("Boathouse Annex")
        await app.detail.shows("✓ Seam reports nothing wrong with this lock.")


async def test_a_lock_without_codes_says_so() -> None:
    def empty_one(sandbox: Sandbox) -> None:
        world = sandbox.world
        lock = next(device for device in world.devices.values() if device.name == "Boathouse Annex")
        for code in world.codes_of(lock.device_id):
            world.drop_code(code)

    async with running_app(arrange=empty_one) as app:
        await app.devices.choose("Boathouse Annex")
        await app.codes.says("This lock has no access codes.")
