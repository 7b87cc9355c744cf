"""The one list of actions."""

from __future__ import annotations

from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget


def test_every_id_has_its_action_and_every_action_its_own_id() -> None:
    assert set(ACTIONS) == set(ActionId)
    assert all(action.id is action_id for action_id, action in ACTIONS.items())


def test_labels_tell_actions_apart_and_summaries_are_sentences() -> None:
    labels = [action.label for action in ACTIONS.values()]
    assert len(set(labels)) == len(labels)
    assert [action.id for action in ACTIONS.values() if not action.summary.endswith(".")] == []


def test_what_is_dangerous_writes() -> None:
    assert [action.id for action in ACTIONS.values() if action.dangerous and not action.writes] == []


def test_what_takes_away_or_opens_a_door_is_dangerous() -> None:
    dangerous = {action.id for action in ACTIONS.values() if action.dangerous}
    assert dangerous == {
        ActionId.DELETE,
        ActionId.DELETE_DUPLICATE,
        ActionId.RECREATE,
        ActionId.FREE_SLOTS,
        ActionId.UNDO,
        ActionId.UNLOCK,
        ActionId.PULL_BACKUP,
    }


def test_what_writes_names_its_endpoint() -> None:
    assert [action.id for action in ACTIONS.values() if action.writes and not action.endpoints] == []


def test_reading_is_never_called_writing() -> None:
    reading = [ActionId.REFRESH_CODE, ActionId.REFRESH_DEVICE, ActionId.REFRESH_ACCOUNT, ActionId.SHOW_DUPLICATE]
    assert not any(ACTIONS[action_id].writes for action_id in reading)


def test_every_target_has_an_action() -> None:
    assert {action.target for action in ACTIONS.values()} == set(ActionTarget)
