"""The operator's note: what a template may hold, and how long it gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.description_note import NOTE_MAX, DescriptionNote
from bot.references import new_reference

REFERENCE = "R-7K2F9"


@pytest.mark.parametrize(
    ("template", "note", "names_request"),
    [
        ("by {requester}, {reference}", "by ana, R-7K2F9", True),
        ("{reference}", "R-7K2F9", True),
        ("{requester} {requester}", "ana ana", False),
        ("Team Plattform · 团队", "Team Plattform · 团队", False),
        ("x" * NOTE_MAX, "x" * NOTE_MAX, False),
    ],
)
def test_a_template_is_filled_in(template: str, note: str, names_request: bool) -> None:
    made = DescriptionNote(template=template)
    assert made.for_request(requester="ana", reference=REFERENCE) == note
    assert made.names_request is names_request


@pytest.mark.parametrize(
    "template",
    [
        "{",
        "}",
        "{}",
        "{0}",
        "{who}",
        "{requester",
        "requester}",
        "{{requester}}",
        "{requester!r}",
        "{requester:>99}",
        "{requester.__class__}",
        "{reference[0]}",
    ],
)
def test_other_braces_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"^it may hold {requester} and {reference}, and no other braces$"):
        DescriptionNote(template=template)


@pytest.mark.parametrize(
    "template", ["", "   ", "a\nb", "a\tb", "a\x7fb", "a\u2028b", "a\udcffb", "x" * (NOTE_MAX + 1)], ids=ascii
)
def test_what_is_no_short_line_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"^it has to be one line of at most 100 characters$"):
        DescriptionNote(template=template)


@given(
    parts=st.lists(
        st.sampled_from(["{requester}", "{reference}", "by ", "·", " " * 7, "x" * 20]), min_size=1, max_size=9
    ),
    requester=st.text(max_size=200),
)
def test_the_note_is_one_line_for_every_requester_within_the_limit_with_the_whole_reference(
    parts: list[str], requester: str
) -> None:
    template = "".join(parts)
    if len(template) > NOTE_MAX or not template.strip():
        return
    made = DescriptionNote(template=template)
    note = made.for_request(requester=requester, reference=REFERENCE)
    assert len(note) <= NOTE_MAX
    assert note.isprintable()
    assert note.count(REFERENCE) >= template.count("{reference}")
    assert len(made.shown(requester=requester)) == len(note)


def test_what_is_shown_before_there_is_a_reference_is_as_long_as_it_will_be() -> None:
    made = DescriptionNote(template="by {requester}, {reference}")
    assert made.shown(requester="ana") == "by ana, R-?????"
    assert len(made.shown(requester="ana")) == len(made.for_request(requester="ana", reference=new_reference()))
