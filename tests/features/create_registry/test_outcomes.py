"""An outcome in words: every code that can reach a person has a sentence, and every failure a next step."""

import pytest

from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.domain.registry import Created, Outcome
from bot.features.create_registry import reasons, wording
from bot.features.create_registry.outcomes import is_vendors, next_step, reason_of, status_of, title_of

# Why a message could not be posted is told elsewhere (`slack/outbound/explanations.py`), and is not a reason for an outcome.
OF_MESSAGES = {Reason.PERHAPS_POSTED, Reason.NO_RESPONSE_URL, Reason.GAVE_UP, Reason.HISTORY_TOO_LONG}
OF_OUTCOMES = sorted(set(Reason) - OF_MESSAGES)
# These end as "refused" where they last: it is certain that nothing was done.
NEVER_SENT = (
    Reason.NAME_NOT_FOUND,
    Reason.CONNECTION_REFUSED,
    Reason.CONNECT_TIMEOUT,
    Reason.TLS_FAILED,
    Reason.PROXY_UNREACHABLE,
    Reason.PROXY_REFUSED,
    Reason.PROXY_FORBIDS,
    Reason.PROXY_NO_WAY,
    Reason.SHUTTING_DOWN,
)


@pytest.mark.parametrize(
    ("result", "status", "title"),
    [
        (Created(trace_id="t"), "success", " is ready "),
        (Refused(code="X.1"), "error", " was not created "),
        (InDoubt(code="X.1"), "unconfirmed", " is not confirmed yet "),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_each_kind_of_outcome_has_a_word_and_a_title(result: Outcome, status: str, title: str) -> None:
    assert (status_of(result), title_of(result)) == (status, title)


# ---- why ----


@pytest.mark.parametrize("code", OF_OUTCOMES)
@pytest.mark.parametrize("kind", [Refused, InDoubt])
def test_every_code_of_ours_has_a_sentence_with_nothing_left_to_fill_in(
    code: Reason, kind: type[Refused | InDoubt]
) -> None:
    failure = kind(code=code, status=502)
    said = reason_of(failure)
    assert said.endswith(".")
    assert said != reasons.REASON_UNKNOWN
    assert code not in said
    assert "{" not in said
    assert not is_vendors(failure)


def test_no_two_codes_of_ours_are_told_alike() -> None:
    assert len({reason_of(InDoubt(code=code, status=502)) for code in OF_OUTCOMES}) == len(OF_OUTCOMES)


def test_the_status_is_in_the_sentence_that_is_about_it() -> None:
    assert "HTTP 404" in reason_of(Refused(code=Reason.REFUSED_WITHOUT_CODE, status=404))
    assert "HTTP 302" in reason_of(InDoubt(code=Reason.ANSWER_UNCLEAR, status=302))


def test_a_code_that_is_recorded_but_no_longer_known_has_a_sentence_too() -> None:
    failure = InDoubt(code="given_by_another_build", status=500)
    assert reason_of(failure) == "Huawei Cloud's answer could not be understood."
    assert not is_vendors(failure)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Refused(code="CR.4102", message="no right"), "CR.4102: no right"),
        (Refused(code="CR.4102"), "CR.4102"),
        (Refused(code=Reason.REFUSED_WITHOUT_CODE, message="the name is taken", status=400), "the name is taken"),
        (Refused(code="X.1", message="{status} of {name}", status=400), "X.1: {status} of {name}"),
        (Refused(code="{status}"), "{status}"),
        (InDoubt(code=Reason.ANSWER_UNCLEAR, message="CR.5000: oh", status=500), "CR.5000: oh"),
        (InDoubt(code="APIGW.0613", message="busy", status=503), "APIGW.0613: busy"),
    ],
    ids=str,
)
def test_the_vendors_words_are_passed_on_as_they_are(failure: Refused | InDoubt, said: str) -> None:
    assert reason_of(failure) == said
    assert is_vendors(failure)


# ---- what to do now ----


@pytest.mark.parametrize(
    ("result", "step"),
    [
        (Created(trace_id="t"), wording.CREATED_NEXT),
        (Created(trace_id="t", confirmed_by_lookup=True), wording.CREATED_BY_LOOKUP_NEXT),
        (
            Created(trace_id="t", confirmed_by_lookup=True, trace_of_lookup=True),
            wording.CREATED_BY_LOOKUP_NEXT + wording.TRACE_OF_LOOKUP,
        ),
        (InDoubt(code=Reason.NO_ANSWER), wording.IN_DOUBT_NEXT),
        (InDoubt(code="CR.4102"), wording.IN_DOUBT_NEXT),
    ],
    ids=str,
)
def test_what_is_created_or_in_doubt_has_one_next_step_whatever_the_code(result: Outcome, step: str) -> None:
    assert next_step(result) == step


NEXT = {
    "CR.4102": "Ask the administrator of the CodeArts project.",
    "CR.5000": "Try again later",
    "0301": "must check the access key",
    "0302": "check its rights",
    "0306": "check its rights",
    "0308": "Try again in a few minutes.",
    "0310": "The project is not available.",
}


@pytest.mark.parametrize("prefix", ["", "DEV.", "APIGW.", "APIG."])
@pytest.mark.parametrize("code", NEXT)
def test_a_known_code_has_its_own_next_step_under_every_prefix(code: str, prefix: str) -> None:
    assert NEXT[code] in next_step(Refused(code=prefix + code, message="x"))


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (Reason.ALREADY_EXISTS, "Choose another name"),
        (Reason.THROTTLED, "Try again in a few minutes."),
        *((code, "Nothing was created. Try again later.") for code in NEVER_SENT),
    ],
)
def test_our_own_codes_have_a_next_step_of_their_own(code: Reason, step: str) -> None:
    assert step in next_step(Refused(code=code))


@pytest.mark.parametrize("code", ["", "X.9999", "4102.CR", "CR.4102.OLD", Reason.REFUSED_WITHOUT_CODE])
def test_any_other_code_has_the_general_next_step(code: str) -> None:
    assert next_step(Refused(code=code, message="x")) == reasons.NEXT_STEP_UNKNOWN
