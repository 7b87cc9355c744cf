"""While others watch, the filter finds what they see, and shows neither a PIN nor a name that is typed to find one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.query import CodeFilter, Vocabulary, completions, masked, parse_query
from seam_tui.workspace.query_text import FIELDS, HIDDEN
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
BARE = AccessCode("", "11112222-lock", "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
ANA = replace(BARE, access_code_id="aaaa0000-code-beef", name="Ana Maria Lund", pin=Pin("4711"))
BO = replace(BARE, access_code_id="bbbb0000-code-cafe", name="Bo Ek")
LOGIN = "ana.lund@example.com"


def store_of(*codes: AccessCode) -> WorkspaceStore:
    store = WorkspaceStore()
    store.apply_accounts([ConnectedAccount("account-1234", LOGIN, "Yale Access")])
    store.apply_devices([Device("11112222-lock", "Front Door", "lock", "account-1234", "Yale", online=True)])
    store.apply_codes(codes or (ANA, BO))
    return store


def found(text: str, store: WorkspaceStore | None = None) -> list[str]:
    """Names of the codes that match, once found by the filter and once tested code by code."""
    store = store or store_of()
    query = parse_query(text)
    assert not query.mistakes, query.mistakes
    filter_ = CodeFilter(store)
    filter_.set(query, NOW)
    ids = filter_.ids_in(list(store.codes))
    matches = query.matcher(store, NOW)
    assert ids == [key for key, code in store.codes.items() if matches(code)]
    return [store.codes[key].name.split()[0] for key in ids]


@pytest.fixture
def shared() -> None:
    VEIL.salt("workspace")
    VEIL.is_drawn = True


class TestNames:
    def test_a_name_is_found_behind_its_field(self) -> None:
        assert found("name:lund") == ["Ana"]
        assert found("name:ANA") == ["Ana"]
        assert found("!name:ana") == ["Bo"]
        assert found("name:a") == ["Ana"]

    def test_a_star_stands_for_any_gap_and_then_the_whole_name_must_fit(self) -> None:
        assert found("name:a*lund") == ["Ana"]
        assert found("name:maria*") == []
        assert found("name:*ek") == ["Bo"]

    @pytest.mark.parametrize("typed", ["name:ana maria", "name: ana maria", 'name:"ana maria"', 'name: "ana maria"'])
    def test_a_name_of_two_words_is_one_name(self, typed: str) -> None:
        assert found(typed) == ["Ana"]
        assert found(f"{typed} status:set") == ["Ana"]
        assert found(f"{typed} !online:yes") == []

    def test_it_looks_at_no_lock_no_account_and_no_id(self) -> None:
        for text in ("front", "yale", "example.com", "aaaa0000", "1111"):
            assert found(f"name:{text}") == []

    def test_longer_text_narrows_what_was_found(self) -> None:
        assert parse_query("name:anab").implies(parse_query("name:ana"))
        assert not parse_query("name:an*b").implies(parse_query("name:an"))


@pytest.mark.usefixtures("shared")
class TestFreeTextInShareMode:
    def test_it_finds_what_is_shown(self) -> None:
        assert found(ANA.title) == ["Ana"]
        assert found(BO.title.split()[1].lower()) == ["Bo"]
        assert found("front") == ["Ana", "Bo"]
        assert found("yale access") == ["Ana", "Bo"]
        assert found("beef") == ["Ana"]

    @pytest.mark.parametrize(
        "text", ["lund", '"ana maria"', "ek", LOGIN, "example", f"account:{LOGIN}", "aaaa0000", "device:1111", "code-b"]
    )
    def test_it_finds_nothing_that_is_hidden(self, text: str) -> None:
        assert found(text) == []
        assert found(f"!{text}") == ["Ana", "Bo"]

    @given(st.lists(st.text("abn L", min_size=3, max_size=9), max_size=4, unique=True), st.text("abnl", min_size=1))
    def test_the_count_is_that_of_the_shown_names_whatever_the_true_ones_are(
        self, names: Iterable[str], text: str
    ) -> None:
        VEIL.is_drawn = True
        store = store_of(*(replace(BARE, access_code_id=f"{n:04}-x", name=name) for n, name in enumerate(names)))
        matches = parse_query(text).matcher(store, NOW)
        is_of_lock = text in "front door\nyale\nyale access …1234"
        for code in store.codes.values():
            assert matches(code) is (is_of_lock or text in code.title.casefold())

    def test_only_the_field_finds_a_true_name(self) -> None:
        assert found("name:lund") == ["Ana"]
        assert found("pin:471") == ["Ana"]

    def test_no_login_is_offered(self) -> None:
        known = Vocabulary.of(store_of())
        assert not any(LOGIN in text for text in completions("account:", 8, known))
        assert completions("device:", 7, known) == ('device:"Front Door"',)


class TestSwitching:
    def test_a_filter_that_stands_is_asked_anew(self) -> None:
        store = store_of()
        filter_ = CodeFilter(store)
        filter_.set(parse_query("maria"), NOW)
        assert filter_.shown == 1
        VEIL.is_drawn = True
        filter_.ask_anew(NOW)
        assert filter_.shown == 0
        filter_.set(parse_query(ANA.title), NOW)
        assert filter_.ids_in(list(store.codes)) == [ANA.access_code_id]
        VEIL.is_drawn = False
        filter_.ask_anew(NOW)
        assert filter_.shown == 0

    @pytest.mark.parametrize(
        ("text", "tells"),
        [
            ("lund", True),
            ("!ana front", True),
            ('"ana m"', True),
            (f"account:{LOGIN}", True),
            ("front", False),
            ("name:lund", False),
            ("device:ana", False),
            ("status:set", False),
            ("", False),
        ],
    )
    def test_a_filter_knows_whether_its_words_would_tell_a_name(self, text: str, tells: bool) -> None:
        filter_ = CodeFilter(store_of())
        filter_.set(parse_query(text), NOW)
        assert filter_.tells_a_name is tells


class TestMasking:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("ana pin:4711 online:no", "ana pin:•••• online:no"),
            ("!PIN:47", "!PIN:••"),
            ("pin: 4711", "pin: ••••"),
            ('pin:"47 11" x', 'pin:"•••••" x'),
            ('pin: "4711', 'pin: "••••'),
            ("pin<4711", "pin<••••"),
            ("pni:4711", "pni:••••"),
            ("pin:47x1", "pin:••••"),
            ("name:lund", "name:lund"),
            ("status:set 4711", "status:set 4711"),
            ("pin", "pin"),
        ],
    )
    def test_the_digits_of_a_pin_are_masked_sign_for_sign(self, typed: str, shown: str) -> None:
        assert masked(typed) == shown

    @pytest.mark.usefixtures("shared")
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("name:ana lund status:set", "name:•••••••• status:set"),
            ("name: ana lund", "name: ••••••••"),
            ('front !name:"ana lund" x', 'front !name:"••••••••" x'),
            ("nmae:ana", "nmae:•••"),
            ("guest:ana", "guest:•••"),
            ("device:front", "device:front"),
            ("pin:47", "pin:••"),
        ],
    )
    def test_in_share_mode_names_are_masked_too(self, typed: str, shown: str) -> None:
        assert masked(typed) == shown

    @given(st.lists(st.sampled_from([*FIELDS, ":", "<", "!", '"', " ", "47", "ana", "x"])).map("".join))
    @example('name: "')
    def test_what_is_shown_is_as_long_as_what_was_typed_and_differs_only_in_dots(self, text: str) -> None:
        for VEIL.is_drawn in (False, True):
            shown = masked(text)
            assert len(shown) == len(text)
            assert all(sign in (HIDDEN, typed) for sign, typed in zip(shown, text, strict=True))
            assert masked(shown) == shown or '"' in text or HIDDEN in text

    @pytest.mark.usefixtures("shared")
    @given(st.sampled_from(["name:", "!NAME:", "name: ", 'name:"', "names:"]), st.text("jqz", min_size=3, max_size=9))
    def test_a_name_is_told_nowhere(self, field: str, name: str) -> None:
        VEIL.is_drawn = True
        query = parse_query(f"status:set {field}{name}")
        assert name not in f"{query!r} {query} {[each.words for each in query.mistakes]} {masked(query.text)}"


class TestVisitors:
    @pytest.fixture(autouse=True)
    def fixed(self) -> None:
        VEIL.is_drawn = VEIL.is_fixed = True

    @pytest.mark.parametrize(
        "word", ["pin:4711", "name:ana", "!name:ana lund", "PIN: 47", 'name:"ana"', "pin:", "name<a"]
    )
    def test_what_is_hidden_cannot_be_asked_for(self, word: str) -> None:
        query = parse_query(f"status:set {word}")
        (mistake,) = query.mistakes
        assert (mistake.start, mistake.end) == (11, 11 + len(word))
        assert "is not for visitors" in mistake.words
        assert query.describe() == "status set"

    def test_it_is_not_offered_either(self) -> None:
        assert {"name:", "pin:"}.isdisjoint(completions("", 0))
        assert completions("pi", 2) == ()
