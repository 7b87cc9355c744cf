"""The user's own remedies.toml: adds, overrides and defines, and is refused in words that name the way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.text import plain_text
from seam_tui.remedies.catalogue import Catalogue, CatalogueError, load_catalogue
from seam_tui.remedies.remedy import Remedy
from seam_tui.remedies.schema import UserRemedyEntry

Load = Callable[[str], Catalogue]


def only(catalogue: Catalogue, code: str) -> Remedy:
    (remedy,) = catalogue.matching(code)
    return remedy


def texts(remedy: Remedy) -> list[str]:
    return [step.text for step in remedy.steps]


def refusal(load_with: Load, text: str) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_with(text)
    message = str(caught.value)
    assert "remedies.toml: " in message
    assert all(plain_text(line) == line for line in message.splitlines())
    return message.partition("remedies.toml: ")[2]


def test_a_file_that_does_not_exist_is_no_file(tmp_path: Path, catalogue: Catalogue) -> None:
    assert load_catalogue(tmp_path / "remedies.toml").all() == catalogue.all()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff# with a byte order mark\n"])
def test_an_empty_file_changes_nothing(load_with: Load, catalogue: Catalogue, text: str) -> None:
    assert load_with(text).all() == catalogue.all()


def test_steps_are_added_before_and_after(load_with: Load, catalogue: Catalogue) -> None:
    remedy = only(
        load_with("""
            [[remedy]]
            code = "device_disconnected"
            [remedy.add_steps]
            before = ["Call the caretaker."]
            after = [{ text = "Move the guest to room 2.", actions = ["show_device_codes"] }]
        """),
        "device_disconnected",
    )
    packaged = only(catalogue, "device_disconnected")
    assert texts(remedy) == ["Call the caretaker.", *texts(packaged), "Move the guest to room 2."]
    assert remedy.actions == (*packaged.actions, ActionId.SHOW_DEVICE_CODES)
    assert remedy.meaning == packaged.meaning
    assert remedy.from_runbook
    assert [step.from_runbook for step in remedy.steps] == [True, False, False, False, True]


def test_a_bare_list_of_steps_is_added_at_the_end(load_with: Load, catalogue: Catalogue) -> None:
    remedy = only(
        load_with('[[remedy]]\ncode = "device_disconnected"\nadd_steps = ["Call us."]'), "device_disconnected"
    )
    assert texts(remedy) == [*texts(only(catalogue, "device_disconnected")), "Call us."]


def test_meaning_steps_clearing_note_and_docs_are_overridden(load_with: Load) -> None:
    remedy = only(
        load_with("""
            [[remedy]]
            code = "hub_disconnected"
            meaning = "The box in the hall is off."
            self_clears = false
            steps = ["Plug it in.", { text = "Test it.", actions = ["lock", "lock"] }]
            note = "Key in the drawer."
            docs = "https://wiki.example.com/hub"
        """),
        "hub_disconnected",
    )
    assert remedy.meaning == "The box in the hall is off."
    assert remedy.self_clears is False
    assert texts(remedy) == ["Plug it in.", "Test it."]
    assert remedy.actions == (ActionId.LOCK,)
    assert remedy.note == "Key in the drawer."
    assert remedy.docs_url == "https://wiki.example.com/hub"
    assert remedy.known
    assert remedy.from_runbook


def test_overriding_the_actions_offers_exactly_these(load_with: Load, catalogue: Catalogue) -> None:
    remedy = only(
        load_with('[[remedy]]\ncode = "device_disconnected"\nactions = ["lock", "copy_ids"]'), "device_disconnected"
    )
    packaged = only(catalogue, "device_disconnected")
    assert remedy.actions == (ActionId.LOCK, ActionId.COPY_IDS)
    assert texts(remedy)[:-1] == texts(packaged)
    assert remedy.steps[-1].from_runbook
    assert remedy.steps[-1].actions == (ActionId.COPY_IDS,)


def test_an_empty_list_of_actions_offers_none(load_with: Load, catalogue: Catalogue) -> None:
    remedy = only(load_with('[[remedy]]\ncode = "device_disconnected"\nactions = []'), "device_disconnected")
    assert remedy.actions == ()
    assert texts(remedy) == texts(only(catalogue, "device_disconnected"))


def test_without_level_and_kind_an_entry_is_about_every_place_of_its_code(load_with: Load) -> None:
    remedies = load_with('[[remedy]]\ncode = "provider_issue"\nadd_steps = ["Call us."]').matching("provider_issue")
    assert len(remedies) == 2
    assert all(texts(remedy)[-1] == "Call us." for remedy in remedies)


@pytest.mark.parametrize("narrowing", ['level = "device"', 'kind = "warning"', 'level = "device"\nkind = "warning"'])
def test_level_and_kind_narrow_an_entry(load_with: Load, catalogue: Catalogue, narrowing: str) -> None:
    code_level, device_level = load_with(
        f'[[remedy]]\ncode = "provider_issue"\n{narrowing}\nadd_steps = ["Call us."]'
    ).matching("provider_issue")
    assert code_level == catalogue.matching("provider_issue")[0]
    assert texts(device_level)[-1] == "Call us."


def test_two_entries_for_one_code_add_up_in_their_order(load_with: Load) -> None:
    entry = '[[remedy]]\ncode = "hub_disconnected"\nadd_steps = ["{}"]\n'
    remedy = only(load_with(entry.format("First.") + entry.format("Second.")), "hub_disconnected")
    assert texts(remedy)[-2:] == ["First.", "Second."]


NEW = """
    [[remedy]]
    code = "house_rule"
    meaning = "A rule of this house."
    steps = [{ text = "Read the wall.", actions = ["refresh_code"] }]
"""


@pytest.mark.parametrize("level", IssueLevel)
@pytest.mark.parametrize("kind", IssueKind)
def test_a_wholly_new_code_is_known_wherever_it_turns_up(load_with: Load, level: IssueLevel, kind: IssueKind) -> None:
    catalogue = load_with(NEW)
    remedy = catalogue.remedy_for(Issue(kind, "house_rule", level, "Seam's words."))
    assert len(catalogue.all()) == 108
    assert remedy.meaning == "A rule of this house."
    assert remedy.actions == (ActionId.REFRESH_CODE,)
    assert remedy.known
    assert remedy.from_runbook
    assert remedy.docs_url is not None


def test_a_new_code_can_be_defined_at_a_level(load_with: Load) -> None:
    remedy = only(load_with(NEW + '    level = "device"\n    kind = "warning"\n'), "house_rule")
    assert remedy.key == (IssueLevel.DEVICE, IssueKind.WARNING, "house_rule")


def test_a_known_code_can_be_defined_at_another_level(load_with: Load) -> None:
    catalogue = load_with(NEW.replace("house_rule", "provider_issue") + '    level = "connected_account"\n')
    assert [remedy.level for remedy in catalogue.matching("provider_issue")] == list(IssueLevel)


def test_text_of_the_file_is_made_plain(load_with: Load) -> None:
    catalogue = load_with(r"""
        [[remedy]]
        code = "hub_disconnected"
        meaning = "\u001B[31mRed\u202E \u0007alert\nnow."
        note = "[@click=app.quit()]x[/]"
        add_steps = ["Two\nlines \u200D\uFE0F."]
    """)
    remedy = only(catalogue, "hub_disconnected")
    assert remedy.meaning == "Red alert now."
    assert texts(remedy)[-1] == "Two lines ."
    assert remedy.note == "[@click=app.quit()]x[/]"


# Each kind of error names file, remedy, field and value, and the way out.


def test_broken_toml_is_refused_with_its_line(load_with: Load) -> None:
    message = refusal(load_with, '[[remedy]]\ncode = "x\n')
    assert "not valid TOML" in message
    assert "line 2" in message


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "remedies.toml"
    path.write_bytes("# one\n# T\u00fcr\n".encode("latin-1"))
    with pytest.raises(CatalogueError, match=r"remedies\.toml: line 2 is not UTF-8 text"):
        load_catalogue(path)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "remedies.toml").mkdir()
    with pytest.raises(CatalogueError, match=r"remedies\.toml: cannot be read \(.*directory"):
        load_catalogue(tmp_path / "remedies.toml")


def test_endless_nesting_is_refused(load_with: Load) -> None:
    assert "nested too deeply" in refusal(load_with, "remedy = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[remedies]]\ncode = "x"',
            'remedies: unknown key. Did you mean "remedy"? Known keys: remedy.',
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nstep = ["a"]',
            'remedy 1 (hub_disconnected): step: unknown key. Did you mean "steps"? Known keys: code, level, kind, '
            "meaning, self_clears, steps, add_steps, actions, note, docs.",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nsteps = [{ txt = "a" }]',
            'remedy 1 (hub_disconnected): steps[1].txt: unknown key. Did you mean "text"? Known keys: text, actions.',
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nadd_steps = { end = ["a"] }',
            "remedy 1 (hub_disconnected): add_steps.end: unknown key. Known keys: before, after.",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nadd_steps = { after = ["a", { text = "b", x = 1 }] }',
            "remedy 1 (hub_disconnected): add_steps.after[2].x: unknown key.",
        ),
        ('[[remedy]]\nmeaning = "a"', "remedy 1: code: is missing."),
        ('[[remedy]]\ncode = "hub_disconnected"\nsteps = [{ actions = [] }]', "steps[1].text: is missing."),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nsteps = [{ text = "a", actions = ["lock", "unlok"] }]',
            'remedy 1 (hub_disconnected): steps[1].actions[2]: "unlok" is no action. Did you mean "unlock"? '
            "Known actions: refresh_code,",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nactions = ["reboot_the_world"]',
            'actions[1]: "reboot_the_world" is no action. Known actions: ',
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nactions = [7]',
            "actions[1]: 7 is no action. Known actions: ",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nlevel = "lock"\nnote = "a"',
            "level: \"lock\" is not allowed. Use 'access_code', 'device' or 'connected_account'.",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nkind = "alarm"\nnote = "a"',
            "kind: \"alarm\" is not allowed. Use 'error' or 'warning'.",
        ),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nmeaning = " \\u200b "',
            "remedy 1 (hub_disconnected): meaning: \"\" must not be empty.",
        ),
        ('[[remedy]]\ncode = "hub_disconnected"\nsteps = []', "steps: is empty. Give at least one"),
        ('[[remedy]]\ncode = "hub_disconnected"\nsteps = [""]', 'steps[1].text: "" must not be empty.'),
        ('[[remedy]]\ncode = "hub_disconnected"\nmeaning = 7', 'meaning: 7: write it as text in quotes ("...").'),
        ('[[remedy]]\ncode = "hub_disconnected"\nsteps = [7]', "steps[1]: 7: write it as a table ({ ... })."),
        ('[[remedy]]\ncode = "hub_disconnected"\nsteps = "a"', 'steps: "a": write it as a list in square brackets'),
        ('[[remedy]]\ncode = "hub_disconnected"\nadd_steps = "a"', 'add_steps: "a": write it as a table'),
        (
            '[[remedy]]\ncode = "hub_disconnected"\nself_clears = "yes"',
            'self_clears: "yes": write true or false, without quotes.',
        ),
        ('[[remedy]]\ncode = "two words"\nnote = "a"', 'code: "two words" must be one word'),
        ('[[remedy]]\ncode = 7\nnote = "a"', "remedy 1: code: 7: write it as text"),
        (
            '[[remedy]]\ncode = "hub_disconnected"\ndocs = "javascript:alert(1)"',
            'docs: "javascript:alert(1)" must be a web address that starts with https:// or http://.',
        ),
        ('[[remedy]]\ncode = "hub_disconnected"\ndocs = "https://a b"', "docs: "),
        ('[[remedy]]\ncode = "hub_disconnected"', "remedy 1 (hub_disconnected): changes nothing: give meaning, "),
        ('remedy = 7', "remedy: 7: write it as a list"),
        ('remedy = [7]', "remedy 1: 7: write it as a table"),
        (
            '[[remedy]]\ncode = "device_ofline"\nadd_steps = ["a"]',
            'remedy 1 (device_ofline): code: the catalogue has no "device_ofline". Did you mean "device_offline"? '
            "Correct the code, or give meaning and steps to define it.",
        ),
        (
            '[[remedy]]\ncode = "zzz"\nmeaning = "a"',
            'remedy 1 (zzz): code: the catalogue has no "zzz". Correct the code, or give steps to define it.',
        ),
        (
            '[[remedy]]\ncode = "provider_issue"\nlevel = "connected_account"\nadd_steps = ["a"]',
            "remedy 1 (provider_issue): level, kind: the catalogue has this code as access_code error and as device "
            "warning, not as connected_account. Correct them, or give meaning and steps to define it anew.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_the_way_out(load_with: Load, text: str, said: str) -> None:
    assert said in refusal(load_with, text)


def test_every_problem_is_told_at_once_each_on_a_line_of_its_own(load_with: Load) -> None:
    message = refusal(
        load_with,
        '[[remedy]]\ncode = "hub_disconnected"\nmeaning = 7\nnote = 8\n[[remedy]]\ncode = "device_offline"\nfoo = 1\n',
    )
    first, second, third = message.splitlines()
    assert "meaning" in first
    assert "note" in second
    assert "remedy 2 (device_offline): foo" in third


def test_a_flood_of_problems_is_cut_short(load_with: Load) -> None:
    lines = refusal(load_with, "".join(f"x{number} = 1\n" for number in range(50))).splitlines()
    assert len(lines) == 11
    assert lines[-1].endswith("and 40 more problems.")


def test_a_hostile_value_is_repeated_plain_and_short(load_with: Load) -> None:
    message = refusal(load_with, '[[remedy]]\ncode = "hub_disconnected"\nlevel = "\\u001B[31m' + "x" * 5000 + '"')
    assert "\x1b" not in message
    assert len(message) < 400


def test_a_hostile_key_is_repeated_plain_and_short(load_with: Load) -> None:
    message = refusal(load_with, '"\\u001B]0;' + "x" * 5000 + '\\u0007y" = 1')
    assert "\x1b" not in message
    assert len(message) < 400


def as_toml(value: object) -> str:
    """A value on one line of TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


scalars = st.sampled_from(
    ["", "device", "error", "lock", "hub_disconnected", "provider_issue", "https://a.b", "x y", 7, -1.5, True]
)
keys = st.sampled_from([*UserRemedyEntry.model_fields, "text", "before", "after", "remedy", "odd key"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


@given(st.lists(st.dictionaries(keys, values) | values, max_size=4) | values)
def test_any_content_is_either_taken_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, content: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "any_remedies.toml"
    path.write_text(f"remedy = {as_toml(content)}\n", encoding="utf-8")
    refused: list[str] = []
    taken: list[Remedy] = []
    try:
        taken = list(load_catalogue(path).all())
    except CatalogueError as error:
        refused = str(error).splitlines()
    assert taken or refused
    assert all("any_remedies.toml: " in line for line in refused)
    assert all(remedy.steps and remedy.meaning for remedy in taken)
