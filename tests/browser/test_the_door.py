"""Without the token a server answers nothing; with it, only its own page gets an app."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.cli.web.door import HEADERS, Door
from tests.browser.serving import Served

PATHS = ["/", "/ws", "/download/0123", "/page.js", "/static/js/textual.js", "/static/", "/nothing"]
ASKING_FOR_A_WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def asked(server: Served, path: str, *, cookie: str | None = None, **headers: str) -> httpx.Response:
    """Ask as a browser with this cookie and these headers would, without following a redirect."""
    cookies = {} if cookie is None else {"Cookie": f"seam_tui_{server.port}={cookie}"}
    return httpx.get(server.base + path, headers=cookies | headers, timeout=60)


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_every_path_is_refused(demo: Served, path: str) -> None:
    answer = asked(demo, path, **ASKING_FOR_A_WEBSOCKET, Origin=demo.base)
    assert answer.status_code == 403
    assert demo.token not in answer.text + str(answer.headers)
    assert demo.apps == []


def test_the_address_gives_a_cookie_for_the_token_and_leads_to_the_page(demo: Served) -> None:
    answer = httpx.get(demo.url, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name == f"seam_tui_{demo.port}={demo.token}"
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    page = asked(demo, "/", cookie=demo.token)
    assert page.status_code == 200
    assert demo.token not in page.text


def test_what_else_stands_in_the_address_stays_and_makes_the_letters_larger(demo: Served) -> None:
    answer = httpx.get(f"{demo.url}&fontsize=30", timeout=60)
    assert answer.headers["Location"] == "/?fontsize=30"
    for wanted, given_size in (("30", 30), ("9999", 72), ("-1", 8), ('"><script>', 16)):
        page = httpx.get(f"{demo.base}/", params={"fontsize": wanted}, cookies=demo.cookies, timeout=60).text
        assert f'data-font-size="{given_size}"' in page


@pytest.mark.parametrize("how", ["shorter", "longer", "changed", "empty", "not even ASCII"])
def test_a_token_that_is_nearly_right_is_refused(demo: Served, how: str) -> None:
    right = demo.token
    wrong = {
        "shorter": right[:-1],
        "longer": f"{right}A",
        "changed": right[:-1] + ("A" if right[-1] != "A" else "B"),
        "empty": "",
        "not even ASCII": "%C3%A9",
    }[how]
    in_address = asked(demo, f"/?token={wrong}", cookie=right)
    assert in_address.status_code == 403, "a right cookie does not help"
    assert "Set-Cookie" not in in_address.headers
    assert asked(demo, "/", cookie=wrong).status_code == 403


def test_the_token_counts_in_the_address_of_the_page_only(demo: Served) -> None:
    for path in PATHS[1:]:
        assert asked(demo, f"{path}?token={demo.token}", **ASKING_FOR_A_WEBSOCKET).status_code == 403


def test_a_websocket_is_for_our_own_page(demo: Served) -> None:
    foreign = ["", "null", "http://example.com", f"{demo.base}.example.com", "http://127.0.0.1:1", "http://[", "ws://x"]
    for origin in foreign:
        answer = asked(demo, "/ws", cookie=demo.token, Origin=origin, **ASKING_FOR_A_WEBSOCKET)
        assert answer.status_code == 403, origin
    assert asked(demo, "/ws", cookie=demo.token, **ASKING_FOR_A_WEBSOCKET).status_code == 403, "no origin at all"
    assert demo.apps == []


def test_a_cookie_of_another_server_does_not_open_this_one(demo: Served) -> None:
    headers = {"Cookie": f"seam_tui_{demo.port + 1}={demo.token}"}
    assert httpx.get(f"{demo.base}/", headers=headers, timeout=60).status_code == 403


def test_files_are_served_and_never_listed(demo: Served) -> None:
    assert asked(demo, "/static/js/textual.js", cookie=demo.token).status_code == 200
    for folder in ("/static", "/static/", "/static/js", "/static/js/", "/static/..%2fserver.py"):
        answer = asked(demo, folder, cookie=demo.token)
        assert answer.status_code in {403, 404}, folder
        assert "textual.js" not in answer.text


def test_a_download_that_no_app_offers_is_not_there(demo: Served) -> None:
    assert asked(demo, "/download/0123", cookie=demo.token).status_code == 404


def test_every_answer_says_what_a_page_may_do(demo: Served) -> None:
    answers = [asked(demo, path, cookie=cookie) for path in PATHS for cookie in (None, demo.token) if path != "/ws"]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, answer.url


@given(st.text())
def test_nothing_but_the_token_is_the_token(text: str) -> None:
    door = Door(8000)
    assert door._is_token(door.token)
    assert door._is_token(text) is (text == door.token)


def test_the_token_is_compared_in_a_time_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_about: list[tuple[bytes, bytes]] = []

    def compare(offered: bytes, token: bytes) -> bool:
        asked_about.append((offered, token))
        return False

    monkeypatch.setattr("secrets.compare_digest", compare)
    door = Door(8000)
    assert not door._is_token(door.token), "nothing else decides"
    assert asked_about == [(door.token.encode(), door.token.encode())]


def test_every_server_has_a_token_of_its_own() -> None:
    tokens = {Door(8000).token for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens), "256 bits"
