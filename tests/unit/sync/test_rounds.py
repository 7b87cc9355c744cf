"""The rolling re-read over the wire: what no event tells is found, within its budget."""

from seam_tui.sandbox.connectivity import come_back, disconnect
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.generated import fill_generated
from seam_tui.sandbox.issues import code_event, put_issue
from seam_tui.sandbox.records import Mutation
from seam_tui.sync import events
from seam_tui.sync.pace import WatchPace
from tests.unit.sync.watching import Watched

PACE = WatchPace(requests_per_minute=60)


def watch(work, *args, pace: WatchPace = PACE, **options) -> None:
    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        watched.changes.clear()
        watched.forget_requests()
        await work(watched)

    Watched.open(*args, pace=pace, **options).run(after_the_first_looks)


async def a_round(watched: Watched, *, full: bool) -> None:
    """Wait until a round is over that began after now."""
    for _ in range(2):
        while (await watched.next(events.RoundFinished, most=4_000)).full is not full:
            pass


def test_what_no_event_tells_is_found_record_by_record() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        codes = watched.managed(40)
        watched.rename(codes[:20], "Silent", tell=False)
        for code in codes[20:24]:
            world.drop_code(code)
        put_issue(world, codes[30], "error", "failed_to_set_on_device", "It failed.")
        list(world.devices.values())[3].online = False
        unmanaged = next(code for code in world.codes.values() if not code.managed)
        watched.rename([unmanaged], "Silent too", tell=False)
        account = next(iter(world.accounts.values()))
        put_issue(world, account, "error", "account_disconnected", "Sign in again.")
        fill_generated(world, 2, 6)
        world.workspace.name = "Another name"
        await a_round(watched, full=True)
        await a_round(watched, full=False)
        assert await watched.differences() == []
        assert watched.of(events.Stale) == []

    watch(work)


def test_the_rolling_rereads_stay_within_their_budget() -> None:
    async def work(watched: Watched) -> None:
        await watched.clock.sleep(600)
        watched.apply()
        moments = [record.at.timestamp() for record in watched.sandbox.requests if record.path != "/events/list"]
        assert len(moments) > 180
        biggest = 2  # a listing of a device: its managed and its unmanaged codes
        for position, moment in enumerate(moments):
            within = [other for other in moments[position:] if other < moment + 60]
            assert len(within) < 20 + biggest

    watch(work, 60, 900, pace=WatchPace(requests_per_minute=20, hot_every=0.0, known_every=0.0, full_every=0.0))


def test_what_is_sent_again_after_a_failure_is_within_the_budget_too() -> None:
    async def work(watched: Watched) -> None:
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/unmanaged/list", status=500))
        await watched.clock.sleep(900)
        moments = [record.at.timestamp() for record in watched.sandbox.requests if record.path != "/events/list"]
        assert len(moments) > 100
        biggest = 4  # a device's managed codes, its unmanaged ones, and those twice again
        for position, moment in enumerate(moments):
            assert len([other for other in moments[position:] if other < moment + 60]) < 20 + 2 * biggest

    watch(work, 60, 900, pace=WatchPace(requests_per_minute=20, hot_every=0.0, known_every=0.0, full_every=0.0))


def test_with_nothing_changed_rereads_change_nothing() -> None:
    async def work(watched: Watched) -> None:
        watched.sandbox.clock.speed = 0.0
        await a_round(watched, full=True)
        assert watched.changes == []
        assert watched.requests["/access_codes/list"] >= 12

    watch(work, pace=WatchPace(requests_per_minute=240))


def test_the_codes_of_a_lock_that_drops_off_or_returns_are_read_soon() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        code = watched.managed(1)[0]
        device = world.devices[code.device_id]
        disconnect(world, device)
        await watched.looks()
        await watched.clock.sleep(10)
        watched.apply()
        codes = [c for c in watched.store.codes_of_device(device.device_id) if c.is_managed]
        assert all(any(issue.code == "device_disconnected" for issue in code.errors) for code in codes)
        come_back(world, device.device_id)
        await watched.looks()
        await watched.clock.sleep(10)
        watched.apply()
        codes = [c for c in watched.store.codes_of_device(device.device_id) if c.is_managed]
        assert not any(issue.code == "device_disconnected" for code in codes for issue in code.errors)

    watch(work)


def test_what_is_on_screen_is_read_within_about_a_minute() -> None:
    async def work(watched: Watched) -> None:
        code = watched.managed(30)[-1]
        watched.watcher.look_at([code.device_id])
        await watched.clock.sleep(61)
        watched.rename([code], "Seen", tell=False)
        await watched.clock.sleep(70)
        watched.apply()
        assert watched.store.codes[code.access_code_id].name == "Seen"

    watch(work, 300, 900)


def test_a_code_on_its_way_is_seen_to_arrive_within_about_a_minute_though_no_event_tells() -> None:
    async def work(watched: Watched) -> None:
        code = watched.managed(30)[-1]
        code.mutations = (Mutation("updating_name", watched.world.now, {"name": code.name}, {"name": "Arrived"}),)
        code_event(watched.world, code, "mutations_requested")
        await watched.looks()
        assert watched.store.codes[code.access_code_id].pending_mutations
        code.mutations, code.name = (), "Arrived"
        await watched.clock.sleep(90)
        watched.apply()
        assert watched.names([code.access_code_id]) == {"Arrived"}

    watch(work, 300, 900)


def test_a_device_that_the_load_could_not_read_is_read_soon_after() -> None:
    async def work(watched: Watched) -> None:
        assert len(watched.index.unread) == 1
        watched.line.broken = None
        await watched.clock.sleep(20)
        watched.apply()
        assert not watched.index.unread
        assert watched.store.unread == ()
        assert await watched.differences() == []

    watched = Watched.open(pace=PACE)
    device = next(iter(watched.sandbox.world.devices))
    watched.line.broken = ("/access_codes/unmanaged/list", device)

    async def after_the_load(watched: Watched) -> None:
        await watched.next(events.LoadFinished)
        await work(watched)

    watched.run(after_the_load)


def test_a_job_that_fails_is_done_again_and_nobody_is_bothered_with_it() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(60), "Silent", tell=False)
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=500, count=3))
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=500, probability=0.2), seed=3)
        await a_round(watched, full=True)
        assert watched.names(ids) == {"Silent"}
        assert watched.of(events.RereadFailed) == []
        assert watched.of(events.Stale) == []

    watch(work)


def test_a_batch_that_is_refused_for_now_is_not_read_record_by_record() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(60), "Silent", tell=False)
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=429, count=9))
        await a_round(watched, full=False)
        assert watched.names(ids) == {"Silent"}
        assert watched.requests["/access_codes/get"] == 0

    watch(work, pace=WatchPace(requests_per_minute=60, full_every=1e9))


def test_a_record_that_stays_unreadable_is_told_once_and_the_others_are_read() -> None:
    async def work(watched: Watched) -> None:
        bad, *good = watched.rename(watched.managed(60), "Silent", tell=False)
        watched.line.broken = ("/access_codes/", bad)
        for _ in range(4):
            await a_round(watched, full=False)
        assert watched.names(good) == {"Silent"}
        assert [failed.access_code_id for failed in watched.of(events.RereadFailed)] == [bad]
        assert watched.of(events.Stale) == []
        watched.line.broken = None
        await a_round(watched, full=False)
        assert watched.names([bad]) == {"Silent"}

    watch(work)


def test_while_the_picture_is_stale_nothing_is_read_around_it() -> None:
    async def work(watched: Watched) -> None:
        watched.line.is_cut = True
        await watched.next(events.Stale)
        watched.line.tries = 0
        await watched.clock.sleep(300)
        assert watched.line.tries <= 3 * 300 / (0.7 * PACE.interval)
        assert watched.requests.total() < 60

    watch(work)


def test_a_server_without_an_event_log_is_read_around_all_the_same() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(30), "Silent", tell=False)
        watched.sandbox.faults.add(FaultRule("status", "/events/list", status=404, html=True))
        await a_round(watched, full=False)
        assert watched.names(ids) == {"Silent"}
        assert watched.of(events.Stale)

    watch(work)
