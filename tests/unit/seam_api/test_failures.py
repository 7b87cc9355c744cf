"""Whatever goes wrong on the wire becomes one family: what, remedy, request id, and nothing that must not be told."""

import traceback

import httpx
import pytest

from seam_tui.domain.pin import MASK, Pin
from seam_tui.sandbox.faults import FaultRule
from seam_tui.seam_api import errors
from seam_tui.seam_api.errors import (
    BadAnswer,
    Gone,
    InvalidInput,
    NotSent,
    RateLimited,
    Refused,
    SeamFailure,
    ServerFailure,
    TimedOut,
    Unauthorized,
    Unreachable,
)

PIN = "482915"
KEY = "seam_test_sandbox_key"
HTML = httpx.Response(503, html="<h1>503</h1>")


def _everything_of(failure: BaseException) -> str:
    """All that any log, screen or debugger could show of an exception and of what led to it."""
    told, seen = [], set()
    waiting: list[BaseException | None] = [failure]
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        told += [repr(error), str(error), repr(error.args), repr(vars(error))]
        told += traceback.format_exception(error)
        waiting += [error.__cause__, error.__context__]
    return "\n".join(told)


async def _fail(client) -> SeamFailure:
    with pytest.raises(SeamFailure) as caught:
        await client.get_access_code("c1")
    return caught.value


async def _fail_to_write(client) -> SeamFailure:
    with pytest.raises(SeamFailure) as caught:
        await client.update_access_code("c1", pin=Pin(PIN))
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind", "unknown", "retryable"),
    [
        (401, Unauthorized, False, False),
        (403, Refused, False, False),
        (404, Gone, False, False),
        (409, Refused, False, False),
        (429, RateLimited, False, True),
        (500, ServerFailure, True, True),
        (503, ServerFailure, True, True),
        (httpx.Response(401, html="no"), Unauthorized, False, False),
        (httpx.Response(404, text="Not Found"), BadAnswer, False, False),
        (httpx.Response(302, headers={"location": "https://login.invalid/"}), BadAnswer, False, False),
        (httpx.Response(429, html="slow down"), RateLimited, False, True),
        (httpx.Response(502, html="<h1>502</h1>"), ServerFailure, True, True),
        (HTML, ServerFailure, True, True),
        (httpx.Response(200, html="<h1>Sign in to the hotel's network</h1>"), BadAnswer, True, True),
        (httpx.Response(200, text="{", headers={"content-type": "application/json"}), BadAnswer, True, True),
        (
            httpx.Response(200, content=b"\xff\xfe{", headers={"content-type": "application/json"}),
            BadAnswer,
            True,
            True,
        ),
        (httpx.ReadTimeout("slow"), TimedOut, True, True),
        (httpx.WriteTimeout("slow"), TimedOut, True, True),
        (httpx.ConnectTimeout("no"), NotSent, False, True),
        (httpx.PoolTimeout("no"), NotSent, False, True),
        (httpx.ConnectError("no"), NotSent, False, True),
        (httpx.ReadError("cut"), Unreachable, True, True),
        (httpx.RemoteProtocolError("cut"), Unreachable, True, True),
    ],
)
async def test_each_kind_of_trouble_is_told_with_what_and_remedy(
    saying, refused, answer, kind, unknown, retryable
) -> None:
    client = saying(refused(answer) if isinstance(answer, int) else answer)
    for failure in (await _fail(client), await _fail_to_write(client)):
        assert type(failure) is kind
        assert failure.what.endswith((".", "!", "?"))
        assert failure.remedy.endswith(".")
        assert (failure.outcome_unknown, failure.retryable) == (unknown, retryable)
        assert str(failure).startswith(failure.what)
        if isinstance(answer, int):
            assert failure.status == answer
            assert failure.request_id == "req-7"
            assert "req-7" in str(failure)
        assert PIN not in _everything_of(failure)
        assert KEY not in _everything_of(failure)


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "text", None, 7, {"access_code": None}, {"access_code": []}, {"access_code": "x"}, {"ok": True},
        {"access_code": {"errors": 5}}, {"access_code": {"pending_mutations": 3}},
    ],
)  # fmt: skip
async def test_json_of_another_shape_is_a_bad_answer(saying, body) -> None:
    assert type(await _fail(saying(body))) is BadAnswer


@pytest.mark.parametrize("body", [{}, {"devices": {}}, {"devices": [None]}, {"devices": ["x"]}, {"devices": None}])
async def test_a_list_of_another_shape_is_a_bad_answer(saying, body) -> None:
    with pytest.raises(BadAnswer):
        [page async for page in saying(body).list_devices()]


async def test_invalid_input_names_the_fields_with_the_pin_masked(saying, refused) -> None:
    validation = {"_errors": [], "code": {"_errors": [f"{PIN} is taken", "Too odd"]}, "name": {"_errors": ["Required"]}}
    answer = refused(400, "invalid_input", f"code {PIN} is invalid", validation_errors=validation)
    failure = await _fail_to_write(saying(answer))
    assert isinstance(failure, InvalidInput)
    assert failure.fields == {"code": (f"{MASK} is taken.", "Too odd."), "name": ("Required.",)}
    assert f"code {MASK} is invalid." in failure.what
    assert "Required." in failure.what
    assert PIN not in _everything_of(failure)


@pytest.mark.parametrize("validation", [None, [], "x", {"code": None}, {"code": {"_errors": [5, None]}}])
async def test_invalid_input_of_another_shape_is_still_invalid_input(saying, refused, validation) -> None:
    failure = await _fail(saying(refused(400, "invalid_input", "No.", validation_errors=validation)))
    assert isinstance(failure, SeamFailure)
    assert failure.remedy


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
async def test_seams_echo_of_a_pin_or_the_key_is_masked(saying, refused, status) -> None:
    failure = await _fail_to_write(saying(refused(status, "odd", f"{PIN} sent with {KEY} is no good")))
    assert f"{MASK} sent with {MASK} is no good." in failure.what
    assert PIN not in _everything_of(failure)
    assert KEY not in _everything_of(failure)


async def test_the_original_with_the_requests_body_is_not_kept(saying) -> None:
    for answer in (httpx.Response(500, text="no"), httpx.ReadError("cut"), {"ok": True}):
        failure = await (_fail(saying(answer)) if isinstance(answer, dict) else _fail_to_write(saying(answer)))
        assert failure.__cause__ is None
        assert failure.__context__ is None


async def test_seams_words_are_made_plain(saying, refused) -> None:
    failure = await _fail(saying(refused(409, "odd", "\x1b[31mred\x1b[0m\nnext \u202eline")))
    assert "red next line." in failure.what
    assert str(failure).isprintable()


@pytest.mark.parametrize("call", ["update", "delete", "delete_unmanaged", "convert", "sync", "report"])
async def test_a_page_in_place_of_an_answer_is_never_taken_for_success(saying, call) -> None:
    """The SDK does not look at what an update or a delete answers; a hotel's sign-in page would read as done."""
    client = saying(httpx.Response(200, html="<h1>Welcome, guest</h1>"))
    writes = {
        "update": lambda: client.update_access_code("c1", name="New"),
        "delete": lambda: client.delete_access_code("c1"),
        "delete_unmanaged": lambda: client.delete_unmanaged_access_code("c1"),
        "convert": lambda: client.convert_to_managed("c1"),
        "sync": lambda: client.sync_connected_account("a1"),
        "report": lambda: client.report_time_zone("d1", "Europe/Berlin"),
    }
    with pytest.raises(BadAnswer) as caught:
        await writes[call]()
    assert caught.value.outcome_unknown


async def test_faults_of_the_sandbox_arrive_as_the_family(sandbox, connect) -> None:
    client = connect(sandbox)
    code_id = next(key for key, code in sandbox.world.codes.items() if code.managed)
    for rule, kind in (
        (FaultRule("status", status=500), ServerFailure),
        (FaultRule("status", status=503, html=True), ServerFailure),
        (FaultRule("status", status=429, retry_after=30), RateLimited),
        (FaultRule("status", status=409), Refused),
    ):
        sandbox.faults.clear()
        sandbox.faults.add(rule)
        with pytest.raises(kind) as caught:
            await client.delete_access_code(code_id)
        assert caught.value.request_id
        assert not sandbox.world.codes[code_id].pending("deleting")


@pytest.mark.parametrize("code", [None, 7, "", "none", {}])
async def test_an_answer_without_a_pin_is_no_generated_pin(saying, code) -> None:
    client = saying({"generated_code": {"device_id": "d1", "code": code}})
    with pytest.raises(BadAnswer):
        await client.generate_pin("d1")


@pytest.mark.parametrize("url", [None, "", 7, "javascript:alert(1)"])
async def test_an_answer_without_an_address_is_no_webview(saying, url) -> None:
    with pytest.raises(BadAnswer):
        await saying({"connect_webview": {"connect_webview_id": "w1", "url": url}}).create_connect_webview()


def test_every_failure_of_the_family_says_what_to_do() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SeamFailure)]
    assert len(kinds) >= 13
    assert all(kind.__doc__ for kind in kinds)
