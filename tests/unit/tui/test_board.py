"""What a board makes ready while nothing else is to do."""

from datetime import UTC, datetime
from unittest import mock

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Device
from seam_tui.tui.board import Board
from seam_tui.workspace import query_keys
from seam_tui.workspace.query import parse_query
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_once_a_board_has_prepared_all_a_first_letter_folds_no_name() -> None:
    store = WorkspaceStore()
    store.apply_devices([Device(f"d{n}", f"Door {n}", "lock") for n in range(100)])
    store.apply_codes(
        [
            AccessCode(f"c{n}", f"d{n}", "Guest", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
            for n in range(100)
        ]
    )
    board = Board(NOW, store)
    steps = 1
    while not board.prepare(1):
        steps += 1
    assert steps > 1  # in pieces: a key that comes meanwhile waits for one
    with mock.patch.object(query_keys, "name_to_search") as folded:
        board.filter.set(parse_query("o"), NOW)
    assert not folded.called
    assert board.filter.shown == 100
