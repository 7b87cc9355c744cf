"""The picture on disk: it gives back every record but the PINs, and nothing at all when a byte of it is damaged."""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import MASK, Pin
from seam_tui.workspace import picture_file
from seam_tui.workspace.changes import PIN_READ
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.picture import Picture, restore_picture, take_picture
from seam_tui.workspace.picture_file import (
    PictureError,
    Unusable,
    cache_folder,
    clear_pictures,
    expire_pictures,
    picture_path,
    read_picture,
    write_picture,
)
from seam_tui.workspace.picture_table import encode_table
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import Moment, order_for_triage
from seam_tui.workspace.without_pins import mask_own_pins, pins_of, without_pins

from .picture_making import FIELDS, NOW, a_code, a_store, codes, stores, taken

DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return picture_path(tmp_path / "cache", "https://seam", "seam_key", None)


def read(path: Path, **options: object) -> Picture:
    found = read_picture(path, NOW, **options)
    assert isinstance(found, Picture), found
    return found


def restored(path: Path) -> WorkspaceStore:
    store = WorkspaceStore()
    restore_picture(store, read(path))
    return store


class TestWhatComesBack:
    @given(store=stores())
    @settings(max_examples=40)
    def test_every_record_comes_back_without_its_pin(self, store: WorkspaceStore) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "any.picture"
            write_picture(path, taken(store))
            again = restored(path)
        assert again.workspace == store.workspace
        assert again.accounts == store.accounts
        assert again.devices == store.devices
        assert again.codes == {key: without_pins(code) for key, code in store.codes.items()}
        assert list(again.codes) == list(store.codes)
        assert [again.is_device_read(key) for key in again.devices] == [
            store.is_device_read(key) for key in store.devices
        ]
        assert (again.counts, again.unread) == (store.counts, ())
        assert {key: again.counts_of_device(key) for key in again.devices} == {
            key: store.counts_of_device(key) for key in store.devices
        }
        assert set(again.awaited_pin_ids) == {key for key, code in store.codes.items() if code.pin is not None}

    @given(store=stores(), later=st.timedeltas(timedelta(0), timedelta(days=13)))
    @settings(max_examples=60)
    def test_it_stands_in_the_order_that_a_load_gives_at_any_later_time(
        self, store: WorkspaceStore, later: timedelta
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "any.picture"
            write_picture(path, taken(store))
            again = restored(path)
        loaded = WorkspaceStore()
        for page in store.codes.values():
            loaded.apply_codes([without_pins(page)])
        loaded.apply_devices(store.devices.values())
        loaded.apply_accounts(store.accounts.values())
        now = NOW + later
        order = TriageOrder(again, now)
        assert list(order.ids) == order_for_triage(loaded, loaded.codes.values(), now)
        assert again.counts == loaded.counts
        assert [order.key_of(key) for key in order.ids] == [
            Moment(now).place(code, loaded.issues_of_code(code))[0] for code in map(loaded.codes.__getitem__, order.ids)
        ]

    @given(code=codes)
    def test_a_code_without_pins_tells_none_of_them_and_stays_as_it_is(self, code: AccessCode) -> None:
        masked = without_pins(code)
        assert list(pins_of(masked)) == []
        assert without_pins(masked) == masked
        told = [masked.name, masked.display_status, masked.common_code_key]
        told += [issue.message for issue in masked.issues] + [one.message for one in masked.pending_mutations]
        for change in (*_changes(masked.issues, "modified_fields"), *_changes(masked.pending_mutations, "changes")):
            told += [change.field, str(change.old), str(change.new)]
        for pin in pins_of(code):
            if not pin.check():  # anything but digits, which a server may send, could be a part of the mask itself
                assert [text and pin.scrub(text) for text in told] == told

    def test_how_far_events_were_followed_comes_back(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        picture = read(path)
        assert (picture.as_of, picture.last_event_at) == (NOW, NOW - timedelta(seconds=5))
        assert picture.last_event_id == "event-a"

    def test_equal_times_of_many_codes_are_one_object(self, path: Path, monkeypatch) -> None:
        monkeypatch.setattr(picture_file, "_BLOCK", 3)
        write_picture(path, taken(a_store(*(a_code(f"code-{number}") for number in range(10)))))
        assert len({id(code.starts_at) for code in read(path).codes}) == 1

    def test_records_that_came_back_are_as_frozen_as_any(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        (code, _) = read(path).codes
        assert type(code) is AccessCode
        with pytest.raises(AttributeError):
            code.name = "Another"  # type: ignore[misc]

    def test_before_the_workspace_is_known_there_is_nothing_to_keep(self) -> None:
        assert take_picture(WorkspaceStore(), NOW, None) is None

    def test_a_picture_goes_into_an_empty_store_only(self) -> None:
        with pytest.raises(ValueError, match="empty store"):
            restore_picture(a_store(), taken(a_store()))


class TestSecrets:
    def test_no_pin_is_in_the_file(self, path: Path) -> None:
        quoting = a_code("code-b", name="Anna 481516", display_status="481516 is set", common_code_key="k481516")
        write_picture(path, taken(a_store(a_code(), quoting)))
        assert b"481516" not in path.read_bytes()
        assert restored(path).codes["code-b"].name == f"Anna {MASK}"

    def test_a_pin_in_a_change_stops_the_writing_rather_than_go_to_disk(self) -> None:
        change = FieldChange("code", Pin("481516"), None)
        issue = replace(a_store().codes["code-b"].errors[0], modified_fields=(change,))
        with pytest.raises(TypeError):
            encode_table(AccessCode, [a_code(errors=(issue,))])
        assert encode_table(AccessCode, [mask_own_pins(a_code(errors=(issue,)))])

    def test_the_name_of_the_file_tells_nothing_and_differs_with_all_that_matters(self, tmp_path: Path) -> None:
        known = ("https://seam", "seam_key_1", "w1")
        others = [("https://seam2", *known[1:]), (known[0], "seam_key_2", "w1"), (*known[:2], "w2"), (*known[:2], None)]
        names = {picture_path(tmp_path, *about).name for about in (known, *others)}
        assert len(names) == 5
        assert not any(word in name for name in names for word in ("seam", "key", "w1"))
        assert picture_path(tmp_path, *known) == picture_path(tmp_path, *known)

    def test_only_its_owner_reads_it(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


class TestDamage:
    @pytest.mark.parametrize("change", [lambda byte: byte ^ 1, lambda byte: byte ^ 0x20, lambda _: 0])
    def test_a_change_of_any_byte_is_found(self, path: Path, change) -> None:
        write_picture(path, taken(a_store()))
        whole = path.read_bytes()
        for place in range(0, len(whole), 10):
            damaged = bytearray(whole)
            damaged[place] = change(whole[place])
            path.write_bytes(damaged)
            assert isinstance(read_picture(path, NOW), Unusable), place
            assert not path.exists()

    def test_a_picture_cut_at_any_place_is_found(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        whole = path.read_bytes()
        for place in range(0, len(whole), 10):
            path.write_bytes(whole[:place])
            assert isinstance(read_picture(path, NOW), Unusable), place
        path.write_bytes(whole + b"\n")
        assert isinstance(read_picture(path, NOW), Unusable)

    @given(data=st.binary(max_size=200))
    @settings(max_examples=200)
    def test_any_other_file_is_no_picture(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "any.picture"
            path.write_bytes(data)
            assert isinstance(read_picture(path, NOW), Unusable)

    @pytest.mark.parametrize("content", [b"", b"null\n", b"[]\n", b'{"format":1}\n', b"[" * 100_000 + b"\n"])
    def test_a_file_that_is_almost_one_is_none(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        assert isinstance(read_picture(path, NOW), Unusable)

    def test_lines_of_another_kind_under_a_right_checksum_are_no_picture(self, path: Path, monkeypatch) -> None:
        monkeypatch.setattr(picture_file, "_lines", lambda stem, *_: iter([picture_file._line(_header(stem)), b"[]\n"]))
        write_picture(path, taken(a_store()))
        assert isinstance(read_picture(path, NOW), Unusable)

    def test_what_cannot_be_used_is_put_aside_and_the_next_one_takes_its_place(self, path: Path) -> None:
        for content in (b"first", b"second"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            assert isinstance(read_picture(path, NOW), Unusable)
        (aside,) = path.parent.iterdir()
        assert (aside.suffix, aside.read_bytes()) == (".aside", b"second")
        assert read_picture(path, NOW) is None

    def test_another_name_is_another_workspace(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        other = path.with_name("0" * 32 + ".picture")
        path.rename(other)
        assert isinstance(read_picture(other, NOW), Unusable)

    def test_another_version_is_said_so(self, path: Path, monkeypatch) -> None:
        write_picture(path, taken(a_store()))
        monkeypatch.setattr(picture_file, "shape", lambda: "another")
        found = read_picture(path, NOW)
        assert isinstance(found, Unusable)
        assert "another version" in found.reason

    def test_a_picture_too_old_is_not_used(self, path: Path) -> None:
        write_picture(path, taken(a_store(), NOW - 14 * DAY - timedelta(seconds=1)))
        found = read_picture(path, NOW)
        assert isinstance(found, Unusable)
        assert "14 days" in found.reason
        write_picture(path, taken(a_store(), NOW - 14 * DAY))
        assert read(path).as_of == NOW - 14 * DAY

    def test_no_picture_is_none(self, path: Path) -> None:
        assert read_picture(path, NOW) is None


class TestWriting:
    def test_a_later_picture_takes_the_place_of_an_earlier_one(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        write_picture(path, taken(a_store(a_code("code-z"))))
        assert [code.access_code_id for code in read(path).codes] == ["code-z"]
        assert list(path.parent.iterdir()) == [path]

    def test_a_picture_that_is_not_finished_leaves_the_one_before(self, path: Path) -> None:
        write_picture(path, taken(a_store()))

        def stop() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_picture(path, taken(a_store(a_code("code-z"))), pause=stop)
        assert {code.access_code_id for code in read(path).codes} == {"code-a", "code-b"}
        assert list(path.parent.iterdir()) == [path]

    def test_a_folder_that_cannot_be_made_is_told_in_words(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(PictureError, match="could not be written"):
            write_picture(tmp_path / "file" / "any.picture", taken(a_store()))

    def test_writing_lets_others_in_between_blocks_and_within_them(self, path: Path, monkeypatch) -> None:
        monkeypatch.setattr(picture_file, "_BLOCK", 3)
        paused: list[str] = []
        write_picture(path, taken(a_store(*(a_code(f"code-{n}") for n in range(10)))), pause=lambda: paused.append("w"))
        assert len(read(path).codes) == 10
        lines = 7  # header, facts and accounts, devices, and four blocks of codes
        within = (
            4 + 4 + 3
        )  # four times PINs masked, four columns that differ in the devices, ids in three of the blocks
        assert len(paused) == lines + within, paused

    def test_the_folder_can_be_named_by_a_variable(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setenv("SEAM_TUI_CACHE_DIR", str(tmp_path / "elsewhere"))
        assert cache_folder() == tmp_path / "elsewhere"
        monkeypatch.delenv("SEAM_TUI_CACHE_DIR")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert "seam-tui" in str(cache_folder())


class TestClearing:
    def test_clearing_takes_every_picture_and_nothing_else(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        path.with_suffix(".aside").write_text("")
        path.with_suffix(".12.new").write_text("")
        other = path.with_name("notes.txt")
        other.write_text("mine")
        assert clear_pictures(path.parent) == 3
        assert list(path.parent.iterdir()) == [other]
        assert clear_pictures(path.parent / "missing") == 0

    def test_pictures_that_nobody_opened_for_long_go(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        fresh = path.with_name("1" * 32 + ".picture")
        write_picture(fresh, taken(a_store()))
        for file, age in ((path, 15 * DAY), (fresh, 13 * DAY)):
            moment = (NOW - age).timestamp()
            os.utime(file, (moment, moment))
        expire_pictures(path.parent, NOW)
        assert list(path.parent.iterdir()) == [fresh]


class TestAfterwards:
    """What the store knows of codes out of a picture, until each was read again."""

    def test_a_pin_that_comes_is_no_news(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        store = restored(path)
        assert set(store.kept_ids) == {"code-a", "code-b"}
        changes = store.apply_codes([a_code()])
        assert changes.codes.changed == {"code-a": (PIN_READ,)}
        assert (set(store.kept_ids), set(store.awaited_pin_ids)) == ({"code-b"}, set())

    def test_a_code_that_reads_as_before_changes_nothing_and_is_kept_no_more(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        store = restored(path)
        assert store.apply_codes([a_store().codes["code-b"]]).is_empty
        assert set(store.kept_ids) == {"code-a"}

    def test_what_did_change_is_named(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        store = restored(path)
        changes = store.apply_codes([a_code(name="Another"), replace(a_store().codes["code-b"], pin=a_code().pin)])
        assert changes.codes.changed == {"code-a": ("name", PIN_READ), "code-b": ("pin",)}

    def test_a_pin_that_is_not_shown_any_more_is_news(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        assert restored(path).apply_codes([a_code(pin=None)]).codes.changed == {"code-a": ("pin",)}

    def test_a_masked_name_is_no_news_either(self, path: Path) -> None:
        quoting = a_code(name="Anna 481516")
        write_picture(path, taken(a_store(quoting)))
        assert restored(path).apply_codes([quoting]).codes.changed == {"code-a": (PIN_READ,)}

    def test_a_code_that_is_gone_is_kept_no_more(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        store = restored(path)
        store.remove_code("code-a")
        store.finish_devices({"lock-a"})
        assert (set(store.kept_ids), set(store.awaited_pin_ids)) == (set(), set())

    def test_a_picture_of_a_picture_still_knows_which_pins_are_to_come(self, path: Path) -> None:
        write_picture(path, taken(a_store()))
        write_picture(path, taken(restored(path)))
        assert set(restored(path).awaited_pin_ids) == {"code-a"}


def _header(stem: str) -> dict[str, object]:
    return {
        "format": picture_file._FORMAT,
        "version": picture_file._VERSION,
        "shape": picture_file.shape(),
        "name": stem,
    }


def _changes(holders: tuple[object, ...], field: str) -> list[FieldChange]:
    return [change for holder in holders for change in getattr(holder, field)]


def test_every_field_of_every_record_is_made_by_these_tests() -> None:
    """A field that nothing fills could be lost on the way without anybody seeing it."""
    assert len(FIELDS) == 9
    for kind, made in FIELDS.items():
        assert made.keys() == {field.name for field in fields(kind)}, kind
