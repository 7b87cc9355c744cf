"""The endpoints around the locks: accounts, webviews, grants, action attempts, events, the workspace itself."""

from seam_tui.sandbox import connectivity
from seam_tui.sandbox.clock import parse_time
from seam_tui.sandbox.endpoints import CREATE, DELETE, READ, UPDATE, Call, Endpoint
from seam_tui.sandbox.errors import invalid_form, invalid_input, not_found
from seam_tui.sandbox.grants import change_times, end_grant
from seam_tui.sandbox.makers import MAKERS
from seam_tui.sandbox.paging import page
from seam_tui.sandbox.records import Grant, Json, Webview
from seam_tui.sandbox.updates import check_order
from seam_tui.sandbox.wire import account_json, attempt_json, grant_json, webview_json, workspace_json
from seam_tui.sandbox.world import World

WEBVIEW_SECONDS = 15.0
"""How long the imagined owner takes to sign in."""


# -- accounts ---------------------------------------------------------------------------------------------------------


def list_accounts(call: Call) -> Json:
    """`/connected_accounts/list`."""
    accounts = list(call.world.accounts.values())
    needle = (call.params.text("search") or "").lower()
    if needle:
        accounts = [a for a in accounts if needle in f"{a.display_name} {a.email} {a.account_id}".lower()]
    if any(call.params.has(key) for key in ("customer_key", "space_id", "user_identifier_key", "custom_metadata_has")):
        accounts = []
    shown, pagination = page(accounts, call.params, 11_000, call.url)
    return {"connected_accounts": [account_json(account) for account in shown], "pagination": pagination}


def get_account(call: Call) -> Json:
    """`/connected_accounts/get`: by id or by email."""
    if call.params.has("connected_account_id"):
        return {"connected_account": account_json(call.account())}
    call.params.require_one_of("connected_account_id", "email")
    email = call.params.text("email")
    for account in call.world.accounts.values():
        if account.email == email:
            return {"connected_account": account_json(account)}
    raise not_found("connected_account")


def sync_account(call: Call) -> Json:
    """`/connected_accounts/sync`: asks for a poll; what it finds comes a little later."""
    account = call.account()
    call.world.later(connectivity.SYNC_SECONDS, connectivity.sync_account, account.account_id)
    return {}


def simulate_disconnect(call: Call) -> Json:
    """`/connected_accounts/simulate/disconnect`."""
    connectivity.disconnect_account(call.world, call.account())
    return {}


# -- webviews ---------------------------------------------------------------------------------------------------------


def authorize_webview(world: World, webview_id: str) -> None:
    """The owner signs in: the accounts that the webview is for work again."""
    webview = world.webviews.get(webview_id)
    if webview is None or webview.authorized_at is not None:
        return
    webview.authorized_at = world.now
    for account in world.accounts.values():
        keys = {account.maker, MAKERS[account.maker].account_type}
        if not webview.providers or keys & set(webview.providers):
            webview.account_id = webview.account_id or account.account_id
            connectivity.sign_in(world, account)
    world.emit(
        "connect_webview.login_succeeded",
        {"connect_webview_id": webview_id, "connected_account_id": webview.account_id or world.seeds.uuid()},
    )


def create_webview(call: Call) -> Json:
    """`/connect_webviews/create`."""
    world = call.world
    providers = [str(provider) for provider in call.params.array("accepted_providers") or []]
    webview = Webview(world.seeds.uuid(), world.now, providers, world.seeds.uuid(), options=call.params.values)
    world.webviews[webview.webview_id] = webview
    # Nobody sits behind the page; so that reconnecting can be tried, the imagined owner signs in after a while.
    world.later(WEBVIEW_SECONDS, authorize_webview, webview.webview_id)
    return {"connect_webview": webview_json(world, webview, call.base_url)}


def get_webview(call: Call) -> Json:
    """`/connect_webviews/get`."""
    webview = call.world.webviews.get(call.params.required_uuid("connect_webview_id"))
    if webview is None:
        raise not_found("connect_webview")
    return {"connect_webview": webview_json(call.world, webview, call.base_url)}


def list_webviews(call: Call) -> Json:
    """`/connect_webviews/list`."""
    shown, pagination = page(list(call.world.webviews.values()), call.params, 500, call.url)
    webviews = [webview_json(call.world, webview, call.base_url) for webview in shown]
    return {"connect_webviews": webviews, "pagination": pagination}


# -- grants -----------------------------------------------------------------------------------------------------------


def list_grants(call: Call) -> Json:
    """`/access_grants/list`."""
    grants = list(call.world.grants.values())
    code_id, device_id = call.params.uuid("access_code_id"), call.params.uuid("device_id")
    ids = call.params.uuids("access_grant_ids")
    if code_id is not None:
        grants = [grant for grant in grants if code_id in grant.code_ids]
    if device_id is not None:
        on_device = set(call.world.codes_on.get(device_id, {}))
        grants = [grant for grant in grants if on_device & set(grant.code_ids)]
    if ids is not None:
        grants = [grant for grant in grants if grant.grant_id in ids]
    needle = (call.params.text("search") or "").lower()
    grants = [grant for grant in grants if needle in grant.name.lower()]
    shown, pagination = page(grants, call.params, 500, call.url)
    return {"access_grants": [grant_json(call.world, grant) for grant in shown], "pagination": pagination}


def _grant(call: Call) -> Grant:
    grant = call.world.grants.get(call.params.required_uuid("access_grant_id"))
    if grant is None:
        raise not_found("access_grant")
    return grant


def get_grant(call: Call) -> Json:
    """`/access_grants/get`."""
    return {"access_grant": grant_json(call.world, _grant(call))}


def update_grant(call: Call) -> Json:
    """`/access_grants/update`: what is left out stays."""
    grant = _grant(call)
    starts_at, ends_at = call.params.moment("starts_at"), call.params.moment("ends_at")
    starts_at = grant.starts_at if starts_at is None else starts_at
    ends_at = grant.ends_at if ends_at is None else ends_at
    check_order(call.world, starts_at, ends_at)
    grant.name = call.params.text("name") or grant.name
    change_times(call.world, grant, starts_at, ends_at)
    return {}


def delete_grant(call: Call) -> Json:
    """`/access_grants/delete`: its codes end with it, on every lock."""
    end_grant(call.world, _grant(call))
    return {}


# -- action attempts --------------------------------------------------------------------------------------------------


def get_attempt(call: Call) -> Json:
    """`/action_attempts/get`."""
    attempt = call.world.attempts.get(call.params.required_uuid("action_attempt_id"))
    if attempt is None:
        raise not_found("action_attempt")
    return {"action_attempt": attempt_json(call.world, attempt)}


def list_attempts(call: Call) -> Json:
    """`/action_attempts/list`."""
    ids, device_id = call.params.uuids("action_attempt_ids"), call.params.uuid("device_id")
    if ids is None and device_id is None:
        raise invalid_form("At least one of 'action_attempt_ids', 'device_id' is required")
    attempts = [
        attempt
        for attempt in call.world.attempts.values()
        if (ids is None or attempt.attempt_id in ids) and device_id in {None, attempt.device_id}
    ]
    shown, pagination = page(attempts, call.params, 500, call.url)
    return {"action_attempts": [attempt_json(call.world, attempt) for attempt in shown], "pagination": pagination}


# -- events -----------------------------------------------------------------------------------------------------------

_EVENT_KEYS = (
    "access_code_id", "device_id", "connected_account_id", "connect_webview_id", "event_type", "access_grant_id",
    "access_method_id",
)  # fmt: skip


def _span(call: Call) -> tuple[float, float | None]:
    between = call.params.array("between")
    since = call.params.text("since")
    if since is not None and between is not None:
        raise invalid_form("Only one of 'since' and 'between' can be given")
    if between is not None:
        try:
            first, last = (parse_time(str(side)) for side in between)
        except ValueError:
            raise invalid_input("between", "Invalid datetime") from None
        return first, last
    if since is None:
        raise invalid_form("Either 'since' or 'between' is required")
    try:
        return parse_time(since), None
    except ValueError:
        raise invalid_input("since", "Invalid datetime") from None


def list_events(call: Call) -> Json:
    """`/events/list`: oldest first, without pages."""
    events = call.world.events_between(*_span(call))
    for key in _EVENT_KEYS:
        value = call.params.text(key)
        if value is not None:
            events = [event for event in events if event.get(key) == value]
        values = call.params.array(f"{key}s")
        if values is not None:
            events = [event for event in events if event.get(key) in values]
    ids = call.params.array("event_ids")
    if ids is not None:
        events = [event for event in events if event["event_id"] in ids]
    offset = call.params.count("unstable_offset") or 0
    limit = call.world.event_rules.limit(call.params.count("limit") or 500)
    return {"events": events[offset : offset + limit]}


def get_event(call: Call) -> Json:
    """`/events/get`."""
    call.params.require_one_of("event_id", "event_type", "device_id")
    for event in reversed(call.world.events):
        if all(
            event.get(key) == call.params.text(key)
            for key in ("event_id", "event_type", "device_id")
            if call.params.has(key)
        ):
            return {"event": event}
    raise not_found("event")


# -- workspace --------------------------------------------------------------------------------------------------------


def get_workspace(call: Call) -> Json:
    """`/workspaces/get`."""
    return {"workspace": workspace_json(call.world.workspace)}


ENDPOINTS = (
    Endpoint("/connected_accounts/list", READ, list_accounts),
    Endpoint("/connected_accounts/get", READ, get_account),
    Endpoint("/connected_accounts/sync", CREATE, sync_account),
    Endpoint("/connected_accounts/simulate/disconnect", CREATE, simulate_disconnect),
    Endpoint("/connect_webviews/create", CREATE, create_webview),
    Endpoint("/connect_webviews/get", READ, get_webview),
    Endpoint("/connect_webviews/list", READ, list_webviews),
    Endpoint("/access_grants/list", READ, list_grants),
    Endpoint("/access_grants/get", READ, get_grant),
    Endpoint("/access_grants/update", UPDATE, update_grant),
    Endpoint("/access_grants/delete", DELETE, delete_grant),
    Endpoint("/action_attempts/get", READ, get_attempt),
    Endpoint("/action_attempts/list", READ, list_attempts),
    Endpoint("/events/list", READ, list_events),
    Endpoint("/events/get", READ, get_event),
    Endpoint("/workspaces/get", READ, get_workspace),
)
