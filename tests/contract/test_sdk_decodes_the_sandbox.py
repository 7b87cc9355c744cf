"""The official SDK talks to the sandbox as it does to Seam: every answer decodes, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from seam import AsyncSeam
from seam.exceptions import SeamHttpApiError, SeamHttpInvalidInputError, SeamHttpUnauthorizedError

from seam_tui.sandbox.clock import SandboxClock, iso
from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN, Sandbox, create_sandbox
from tests.contract.schema import validate_request

START = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def connect(sandbox: Sandbox, **credentials: Any) -> AsyncSeam:
    transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
    return AsyncSeam(
        **(credentials or {"api_key": SANDBOX_KEY}),
        endpoint="http://sandbox.example",
        httpx_options={"transport": transport},
        wait_for_action_attempt=False,
    )


def new_sandbox(scenario: str = "default", **options: Any) -> Sandbox:
    return create_sandbox(scenario, clock=SandboxClock(START, speed=0), **options)


@pytest.mark.parametrize("scenario", ["default", "museum", "healthy"])
async def test_the_sdk_reads_every_record_and_knows_every_current_code(scenario: str) -> None:
    sandbox = new_sandbox(scenario)
    async with connect(sandbox) as seam:
        assert (await seam.workspaces.get()).is_sandbox
        assert await seam.connected_accounts.list()
        for device in await seam.devices.list(limit=1000):
            assert device.properties.name
            codes = await seam.access_codes.list(device_id=device.device_id)
            unmanaged = await seam.access_codes.unmanaged.list(device_id=device.device_id)
            assert all(code.is_managed for code in codes)
            assert not any(code.is_managed for code in unmanaged)
            for issue in [*device.errors, *(error for code in codes for error in code.errors)]:
                assert issue.message
        events = await seam.events.list(since=iso((START - timedelta(days=400)).timestamp()))
        assert all(event.event_type for event in events)
    for request in sandbox.requests:
        validate_request(request.path, request.params, request.method)


async def test_the_sdk_walks_pages_with_the_cursor() -> None:
    sandbox = new_sandbox(devices=7, codes=70)
    async with connect(sandbox) as seam:
        paginator = seam.create_paginator(seam.devices.list, {"limit": 3})
        names = [device.properties.name async for device in paginator.flatten()]
        assert len(names) == len(set(names)) == 7
        device_id = next(iter(sandbox.world.devices))
        page = await seam.access_codes.list(device_id=device_id, limit=4)
        assert page.pagination["has_next_page"]
        cursor = page.pagination["next_page_cursor"]
        rest = await seam.access_codes.list(device_id=device_id, limit=4, page_cursor=cursor)
        assert not {c.access_code_id for c in page} & {c.access_code_id for c in rest}
        with pytest.raises(SeamHttpApiError, match="same as in the first request"):
            await seam.access_codes.list(device_id=device_id, limit=5, page_cursor=cursor)


async def test_the_sdk_carries_a_code_through_its_life() -> None:
    sandbox = new_sandbox("healthy")
    async with connect(sandbox) as seam:
        device = (await seam.devices.list())[0]
        created = await seam.access_codes.create(device_id=device.device_id, name="Ada")
        assert [mutation.mutation_code for mutation in created.pending_mutations] == ["creating"]
        sandbox.clock.advance(timedelta(seconds=5))
        assert (await seam.access_codes.get(access_code_id=created.access_code_id)).status == "set"
        await seam.access_codes.update(access_code_id=created.access_code_id, name="Ada L")
        pending = (await seam.access_codes.get(access_code_id=created.access_code_id)).pending_mutations[0]
        assert (pending.mutation_code, pending.from_.name, pending.to.name) == ("updating_name", "Ada", "Ada L")
        sandbox.clock.advance(timedelta(seconds=5))
        await seam.access_codes.delete(access_code_id=created.access_code_id)
        sandbox.clock.advance(timedelta(seconds=5))
        with pytest.raises(SeamHttpApiError) as gone:
            await seam.access_codes.get(access_code_id=created.access_code_id)
        assert (gone.value.code, gone.value.status_code) == ("access_code_not_found", 404)


async def test_the_sdk_reads_both_keys_of_a_pulled_backup() -> None:
    sandbox = new_sandbox()
    async with connect(sandbox) as seam:
        codes = [
            code
            for device in sandbox.world.devices.values()
            for code in await seam.access_codes.list(device_id=device.device_id)
        ]
        wanted = next(
            code for code in codes if code.is_backup_access_code_available and code.pulled_backup_access_code_id is None
        )
        backup = await seam.access_codes.pull_backup_access_code(access_code_id=wanted.access_code_id)
        assert backup.is_backup
        again = await seam.access_codes.get(access_code_id=wanted.access_code_id)
        assert again.pulled_backup_access_code_id == backup.access_code_id


async def test_the_sdk_names_the_field_that_was_refused() -> None:
    sandbox = new_sandbox("healthy")
    async with connect(sandbox) as seam:
        device = (await seam.devices.list())[0]
        with pytest.raises(SeamHttpInvalidInputError) as refused:
            await seam.access_codes.create(device_id=device.device_id, code="12")
        assert [error.parameter_name for error in refused.value.validation_errors] == ["code"]


async def test_the_sdk_meets_401_for_a_wrong_key_and_for_a_strange_workspace() -> None:
    sandbox = new_sandbox("empty")
    async with connect(sandbox, api_key="seam_test_wrong") as seam:
        with pytest.raises(SeamHttpUnauthorizedError):
            await seam.workspaces.get()
    nowhere = "00000000-0000-4000-8000-000000000000"
    async with connect(sandbox, personal_access_token=SANDBOX_TOKEN, workspace_id=nowhere) as seam:
        with pytest.raises(SeamHttpUnauthorizedError):
            await seam.devices.list()


async def test_a_personal_access_token_sees_both_workspaces_and_opens_either() -> None:
    sandbox = new_sandbox()
    for workspace, locks in zip(sandbox.world.workspaces, (16, 0), strict=True):
        wanted = workspace.workspace_id
        async with connect(sandbox, personal_access_token=SANDBOX_TOKEN, workspace_id=wanted) as seam:
            assert (await seam.workspaces.get()).workspace_id == wanted
            assert len(await seam.workspaces.list()) == 2
            assert len(await seam.devices.list()) == locks
