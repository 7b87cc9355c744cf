import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seam_tui.domain.pin import MASK
from seam_tui.workspace.query import EVERYTHING, Vocabulary, completion_start, completions, parse_query
from seam_tui.workspace.query_text import FIELDS

KNOWN = Vocabulary(
    errors=("device_disconnected", "provider_issue"),
    warnings=("device_low",),
    devices=("Back Gate", "Front Door", 'The "Den"', "Yard"),
    makers=("August", "Yale"),
    accounts=("Main Street",),
)
TYPED = st.text(st.sampled_from('!:<>"* -ab19d\tü\x00\u200d\ud800') | st.characters(), max_size=30) | st.lists(
    st.sampled_from([*FIELDS, ":", "<", ">", "!", '"', " ", "any", "24h", "-3d", "yes", "x", "99999w"])
).map("".join)


def mistake(text: str) -> tuple[str, str]:
    """The part of a text in which its only mistake stands, and the words about it."""
    (only,) = parse_query(text).mistakes
    return text[only.start : only.end], only.words


class TestMistakes:
    def test_an_unknown_field_is_told_with_the_closest_one(self) -> None:
        where, words = mistake("ana devcie:front")
        assert where == "devcie:front"
        assert "did you mean device?" in words

    def test_an_unlike_field_is_told_with_all_of_them(self) -> None:
        words = mistake("https://example.com")[1]
        assert all(name in words for name in FIELDS)

    def test_a_word_that_a_field_does_not_take_is_told_where_it_stands_with_those_it_takes(self) -> None:
        where, words = mistake("managed:yes !status:setttng")
        assert where == "setttng"
        assert "unset, setting, set, removing or unknown" in words
        assert words.endswith("Did you mean setting?")

    @pytest.mark.parametrize("text", ["error:", "device:", "starts<", "pin:", "level:", 'maker:""'])
    def test_a_field_without_a_value_is_told_with_an_example(self, text: str) -> None:
        assert mistake(text)[0] == text
        assert "needs a value, such as" in mistake(text)[1]

    def test_a_field_of_moments_takes_no_colon_and_others_take_nothing_else(self) -> None:
        assert "takes < or >, such as starts<24h" in mistake("starts:24h")[1]
        assert "takes a colon, such as error:any" in mistake("error<any")[1]

    @pytest.mark.parametrize("span", ["24", "h", "1.5d", "2y", "99999w", "-", "created"])
    def test_a_span_that_cannot_be_read_is_told_with_its_units(self, span: str) -> None:
        where, words = mistake(f"starts<{span}")
        assert where == span
        assert "minutes, hours, days or weeks" in words

    def test_what_was_created_cannot_lie_ahead(self) -> None:
        assert mistake("created<-1d")[0] == "-1d"

    def test_an_open_quote_is_told_and_searched_up_to_the_end(self) -> None:
        query = parse_query('ana "front d')
        assert query.describe() == "“ana”, “front d”"
        assert query.mistakes[0].start == 4

    def test_marks_without_a_word_are_told(self) -> None:
        assert mistake("ana !") == ("!", "Write a word right behind the !.")
        assert mistake('ana ""')[0] == '""'

    def test_a_query_with_a_mistake_asks_for_the_rest(self) -> None:
        query = parse_query("ana nonsense:1 online:no")
        assert query.describe() == "“ana”, lock offline"
        assert len(query.mistakes) == 1

    def test_only_mistakes_ask_for_nothing(self) -> None:
        assert parse_query("error:").is_empty
        assert not parse_query("error:any").is_empty


class TestWords:
    def test_a_query_is_told_in_words(self) -> None:
        text = '!front "a b" error:any !error:off* maker:yale starts<24h ends<-3d created>1d type:ongoing managed:no'
        assert parse_query(text).describe() == (
            "not “front”, “a b”, any error, not error “off*”, maker “yale”, starts within 24 h, "
            "ended 3 d ago or earlier, created more than 1 d ago, ongoing, unmanaged"
        )
        assert EVERYTHING.describe() == str(parse_query("  ")) == "everything"

    def test_the_same_word_twice_is_one_term(self) -> None:
        assert len(parse_query("a A !a !!!a").terms) == 3
        assert len(parse_query("a a !a !!!a").terms) == 2

    def test_a_time_of_day_is_text(self) -> None:
        assert parse_query("3:15").describe() == "“3:15”"

    @given(TYPED)
    @example('"')
    @example("pin:")
    @example('pin:"')
    def test_anything_can_be_typed(self, text: str) -> None:
        query = parse_query(text)
        for each in query.mistakes:
            assert 0 <= each.start < each.end <= len(text)
            assert each.words
        assert query.describe()
        assert query == parse_query(text)
        for cursor in range(-1, len(text) + 2):
            completions(text, cursor, KNOWN)
            assert 0 <= completion_start(text, cursor) <= max(cursor, 0)

    @given(st.text("0123456789", min_size=4, max_size=14), st.sampled_from(["", "x", '"', "-"]), st.text("ab !"))
    def test_the_digits_of_a_pin_are_told_nowhere(self, digits: str, behind: str, before: str) -> None:
        for field in (
            "pin:",
            "PIN:",
            "pin: ",
            'pin:"',
            "!pin:",
            "pin<",
            "pin>",
            "pni:",
            "status:",
            "starts<",
            "level:",
        ):
            query = parse_query(f"{before} {field}{digits}{behind}")
            told = f"{query!r} {query} {query.describe()} {[each.words for each in query.mistakes]}"
            assert digits not in told

    def test_a_pin_is_told_as_a_mask(self) -> None:
        assert parse_query("pin:1234").describe() == f"PIN contains {MASK}"
        assert not parse_query("pin:1234").mistakes
        assert parse_query("pin:12a4").is_empty


class TestImplies:
    @pytest.mark.parametrize(
        ("longer", "shorter"),
        [
            ("ana", "an"),
            ("anabel", "anab"),
            ("!an", "!ana"),
            ("an bo", "an"),
            ("error:dis", "error:any"),
            ("pin:123", "pin:12"),
            ("starts<2h", "starts<24h"),
            ("ends>2d", "ends>1d"),
            ("device:fr", "device:f"),
        ],
    )
    def test_one_query_is_known_to_imply_another_and_not_the_other_way_round(self, longer: str, shorter: str) -> None:
        assert parse_query(longer).implies(parse_query(shorter))
        assert not parse_query(shorter).implies(parse_query(longer))

    @pytest.mark.parametrize(("one", "other"), [("abcd", "abc"), ("error:any", "error:an"), ("device:f", "maker:f")])
    def test_text_that_goes_on_may_match_more(self, one: str, other: str) -> None:
        assert not parse_query(one).implies(parse_query(other))


class TestCompletions:
    def test_the_start_of_a_word_offers_fields(self) -> None:
        assert completions("ana s", 5, KNOWN) == ("status:", "severity:", "starts<", "starts>")
        assert completions("!st", 3) == ("!status:", "!starts<", "!starts>")
        assert completion_start("ana s", 5) == 4

    def test_an_empty_place_offers_every_field(self) -> None:
        offered = completions("ana ", 4)
        assert {text.rstrip(":<>") for text in offered} == set(FIELDS)
        assert completion_start("ana ", 4) == 4

    def test_a_field_offers_its_words(self) -> None:
        assert completions("status:", 7) == tuple(
            f"status:{word}" for word in ("unset", "setting", "set", "removing", "unknown")
        )
        assert completions("!online:n", 9) == ("!online:no",)
        assert completions("created<", 8)[0] == "created<1h"

    def test_an_issue_is_offered_by_its_start_and_then_by_any_part(self) -> None:
        assert completions("error:", 6, KNOWN) == ("error:any", "error:device_disconnected", "error:provider_issue")
        assert completions("error:issue", 11, KNOWN) == ("error:provider_issue",)
        assert completions("error:iss", 8, KNOWN)[0] == "error:device_disconnected"

    def test_a_name_of_two_words_is_offered_in_quotes(self) -> None:
        assert completions("device:fr", 9, KNOWN) == ('device:"Front Door"',)
        assert completions('device:"Front ', 14, KNOWN) == ('device:"Front Door"',)
        assert completion_start('ana device:"Front ', 18) == 4
        assert completions("device:den", 10, KNOWN) == ()

    def test_a_pin_is_never_completed(self) -> None:
        assert completions("pin:1", 5, KNOWN) == ()
        assert completions("pin:", 4, KNOWN) == ()

    def test_each_completion_is_read_without_a_mistake_or_waits_for_its_value(self) -> None:
        for name in FIELDS:
            for op in ":<":
                for text in completions(f"{name}{op}", len(name) + 1, KNOWN):
                    assert not parse_query(text).mistakes, text
