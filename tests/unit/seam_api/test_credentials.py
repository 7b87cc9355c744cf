"""Both kinds of credentials, and what is said when they cannot work."""

import httpx
import pytest

from seam_tui.seam_api.client import SeamClient, list_workspaces
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import BadCredentials, ReadOnlyRefusal, SeamFailure, Unauthorized

TOKEN = "seam_at_sandbox_token"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads these by itself where it is given nothing."""
    for name in ("SEAM_API_KEY", "SEAM_PERSONAL_ACCESS_TOKEN", "SEAM_WORKSPACE_ID", "SEAM_ENDPOINT", "SEAM_API_URL"):
        monkeypatch.delenv(name, raising=False)


def _over(sandbox) -> httpx.ASGITransport:
    return httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)


async def test_an_api_key_opens_its_workspace(sandbox, connect) -> None:
    assert (await connect(sandbox).get_workspace()).workspace_id == sandbox.world.workspace.workspace_id


async def test_a_token_opens_the_workspace_that_is_named(sandbox, connect) -> None:
    for workspace in sandbox.world.workspaces:
        client = connect(sandbox, key=None, personal_access_token=TOKEN, workspace_id=workspace.workspace_id)
        assert (await client.get_workspace()).workspace_id == workspace.workspace_id


async def test_a_token_without_a_workspace_lists_the_workspaces_to_pick_from(sandbox) -> None:
    found = await list_workspaces(Connection(personal_access_token=TOKEN, transport=_over(sandbox)))
    assert [workspace.name for workspace in found] == [held.name for held in sandbox.world.workspaces]
    with pytest.raises(BadCredentials):
        SeamClient(Connection(personal_access_token=TOKEN, transport=_over(sandbox)))


async def test_a_token_for_a_workspace_that_it_does_not_reach_is_refused(sandbox, connect) -> None:
    client = connect(
        sandbox, key=None, personal_access_token=TOKEN, workspace_id="00000000-0000-4000-8000-000000000000"
    )
    with pytest.raises(Unauthorized) as caught:
        await client.get_workspace()
    assert TOKEN not in f"{caught.value!r}{caught.value}"


async def test_a_wrong_key_is_refused_without_being_told(sandbox, connect) -> None:
    with pytest.raises(Unauthorized) as caught:
        await connect(sandbox, key="seam_test_wrong_secret").get_workspace()
    assert "seam_test_wrong_secret" not in f"{caught.value!r}{caught.value}"
    assert "SEAM_API_KEY" in caught.value.remedy


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"api_key": "hunter2secret"},
        {"api_key": "seam_at_hunter2secret"},
        {"api_key": "seam_cst_hunter2secret"},
        {"api_key": "seam_pk_hunter2secret"},
        {"api_key": "ey.hunter2secret.x"},
        {"personal_access_token": "seam_hunter2secret", "workspace_id": "w"},
        {"personal_access_token": "seam_at_hunter2secret"},
        {"api_key": "seam_hunter2secret", "personal_access_token": "seam_at_hunter2secret", "workspace_id": "w"},
    ],
)
def test_credentials_of_a_wrong_form_are_found_before_anything_is_sent(sandbox, credentials) -> None:
    with pytest.raises(BadCredentials) as caught:
        SeamClient(Connection(**credentials, transport=_over(sandbox)))
    failure = caught.value
    assert "hunter2secret" not in f"{failure!r}{failure}{failure.args}"
    assert failure.__context__ is None
    assert failure.remedy
    assert len(sandbox.requests) == 0


async def test_a_wrong_token_cannot_list_workspaces(sandbox) -> None:
    for token, kind in (("seam_at_hunter2secret", Unauthorized), ("hunter2secret", BadCredentials)):
        with pytest.raises(kind) as caught:
            await list_workspaces(Connection(personal_access_token=token, transport=_over(sandbox)))
        assert "hunter2secret" not in f"{caught.value!r}{caught.value}"
        assert caught.value.__context__ is None


async def test_workspaces_of_another_shape_are_a_failure_of_the_family() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"workspaces": [5]}))
    with pytest.raises(SeamFailure):
        await list_workspaces(Connection(personal_access_token=TOKEN, transport=transport))


async def test_the_environments_credentials_do_not_mix_with_those_given(sandbox, connect, monkeypatch) -> None:
    monkeypatch.setenv("SEAM_API_KEY", "seam_real_key")
    monkeypatch.setenv("SEAM_PERSONAL_ACCESS_TOKEN", "seam_at_real_token")
    monkeypatch.setenv("SEAM_WORKSPACE_ID", "11111111-0000-4000-8000-000000000000")
    assert (await connect(sandbox).get_workspace()).is_sandbox


async def test_an_endpoint_with_a_path_is_kept_and_reads_are_still_reads(sandbox, connect) -> None:
    """A company's gateway may serve Seam below a path of its own."""

    class Gateway(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert request.url.path.startswith("/gateway/seam/")
            request.url = request.url.copy_with(path=request.url.path.removeprefix("/gateway/seam"))
            return await _over(sandbox).handle_async_request(request)

    client = connect(Gateway(), endpoint="https://gateway.invalid/gateway/seam", read_only=True)
    assert (await client.get_workspace()).is_sandbox
    with pytest.raises(ReadOnlyRefusal):
        await client.delete_access_code("c1")
    assert [record.path for record in sandbox.requests] == ["/workspaces/get"]


def test_a_connection_never_shows_its_secrets() -> None:
    connection = Connection(api_key="seam_hunter2secret", personal_access_token="seam_at_hunter2secret")
    assert "hunter2secret" not in f"{connection!r}{connection}"
