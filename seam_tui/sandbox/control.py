"""The control plane under `/_sandbox/`: clock, faults, request log, state, switches.

Off unless asked for, and for loopback clients only.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from seam_tui.sandbox.clock import iso, parse_time
from seam_tui.sandbox.errors import ApiError, invalid_form
from seam_tui.sandbox.faults import rule_from_json
from seam_tui.sandbox.limits import WINDOWS, Window
from seam_tui.sandbox.wire import account_json, attempt_json, code_json, device_json, unmanaged_code_json

if TYPE_CHECKING:
    from seam_tui.sandbox.server import Sandbox

PREFIX = "/_sandbox/"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "testclient"})

Json = dict[str, Any]


def allowed(sandbox: "Sandbox", host: str | None) -> bool:
    """Whether a client may use the control plane. A client without an address sits in the same process."""
    return sandbox.control and (host is None or host in _LOOPBACK)


def handle(sandbox: "Sandbox", method: str, path: str, body: Any) -> Json:
    """Answer a request of the control plane.

    Raises:
        ApiError: No such control, or a malformed request.
    """
    controls = {
        "clock": _clock,
        "faults": _faults,
        "requests": _requests,
        "state": _state,
        "reset": _reset,
        "settings": _settings,
    }
    control = controls.get(path.removeprefix(PREFIX))
    if control is None:
        raise ApiError(404, "not_found", f"The sandbox has no such control: {path}")
    try:
        return control(sandbox, method, body)
    except (TypeError, ValueError) as problem:
        raise invalid_form(str(problem)) from problem


def _clock(sandbox: "Sandbox", method: str, body: Any) -> Json:
    if method == "POST":
        if "set" in body:
            sandbox.clock.set(datetime.fromtimestamp(parse_time(body["set"]), UTC))
        if "advance" in body:
            sandbox.clock.advance(timedelta(seconds=float(body["advance"])))
        if "speed" in body:
            sandbox.clock.speed = float(body["speed"])
        sandbox.world.catch_up()
    return {"now": iso(sandbox.clock.timestamp()), "speed": sandbox.clock.speed}


def _faults(sandbox: "Sandbox", method: str, body: Any) -> Json:
    if method == "DELETE":
        sandbox.faults.clear()
    elif method == "POST":
        rules = body if isinstance(body, list) else [body]
        for rule in rules:
            sandbox.faults.add(rule_from_json(rule), seed=rule.get("seed"))
    return {"faults": [asdict(rule) for rule in sandbox.faults.rules]}


def _requests(sandbox: "Sandbox", method: str, _body: Any) -> Json:
    if method == "DELETE":
        sandbox.requests.clear()
    records = [asdict(record) | {"at": iso(record.at.timestamp())} for record in sandbox.requests]
    counts = [
        {"method": verb, "path": path, "count": count}
        for (verb, path), count in sorted(sandbox.requests.counts.items())
    ]
    writes = [
        {"method": verb, "path": path, "access_code_id": code_id or None, "count": count}
        for (verb, path, code_id), count in sorted(sandbox.requests.writes.items())
    ]
    return {"requests": records, "counts": counts, "writes": writes}


def _state(sandbox: "Sandbox", _method: str, _body: Any) -> Json:
    world = sandbox.world
    world.catch_up()
    return {
        "now": iso(world.now),
        "connected_accounts": [account_json(account) for account in world.accounts.values()],
        "devices": [device_json(world, device) for device in world.devices.values()],
        "access_codes": [
            code_json(world, code) if code.managed else unmanaged_code_json(world, code)
            for code in world.codes.values()
        ],
        "action_attempts": [attempt_json(world, attempt) for attempt in world.attempts.values()],
        "event_count": len(world.events),
    }


def _reset(sandbox: "Sandbox", _method: str, _body: Any) -> Json:
    sandbox.reset()
    return {}


def _settings(sandbox: "Sandbox", method: str, body: Any) -> Json:
    world = sandbox.world
    if method == "POST":
        world.limits.window = _window(body.get("window", world.limits.window))
        world.refuse_duplicates = bool(body.get("refuse_duplicates", world.refuse_duplicates))
        world.limits.enabled = bool(body.get("rate_limits", world.limits.enabled))
        world.limits.retry_after = bool(body.get("retry_after", world.limits.retry_after))
        world.event_rules.set(body.get("events", {}))
    return {
        "refuse_duplicates": world.refuse_duplicates,
        "rate_limits": world.limits.enabled,
        "retry_after": world.limits.retry_after,
        "window": world.limits.window,
        "events": world.event_rules.to_json(),
    }


def _window(wanted: object) -> Window:
    for window in WINDOWS:
        if wanted == window:
            return window
    raise ValueError(f"A window is one of {', '.join(WINDOWS)}")
