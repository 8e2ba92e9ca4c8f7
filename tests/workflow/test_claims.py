"""Who asked for a name last, on both databases: one wins, and only what no longer counts is replaced."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground import slack_company as company
from bot.registry.models import Submission
from bot.workflow.claims import Claims, submission_claim
from bot.workflow.database import open_database
from bot.workflow.tables import CLAIMS, prepare
from tests.support.postgres import scratch_database

ANA = Submission(
    request_id="T1-V1",
    name="shop",
    description=None,
    requester=company.ANA,
    requester_name="ana",
    channel=company.TEAM_SHOP,
    team="T1",
    asked_at=time.time(),
)
BEN = replace(ANA, request_id="T1-V2", requester=company.BEN, requester_name="ben", asked_at=ANA.asked_at + 1)
CHIARA = replace(ANA, request_id="T1-V3", requester=company.CHIARA, requester_name="chiara")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'claims.sqlite3'}")
        prepare(engine)
        yield engine
        engine.dispose()
        return
    with scratch_database() as url:
        engine = open_database(url)
        prepare(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def claims(database: sa.Engine) -> Claims:
    return Claims(database)


def test_a_free_name_is_claimed(claims: Claims) -> None:
    assert claims.claim(ANA) is None


def test_a_second_request_for_a_name_gets_the_first_claim_to_see(claims: Claims) -> None:
    claims.claim(ANA)
    earlier = claims.claim(BEN)
    assert earlier == submission_claim(ANA)
    assert claims.claim(BEN) == earlier


def test_the_same_request_may_claim_as_often_as_it_likes(claims: Claims) -> None:
    assert [claims.claim(ANA) for _ in range(3)] == [None] * 3


def test_names_that_differ_in_case_are_two_names(claims: Claims) -> None:
    claims.claim(ANA)
    assert claims.claim(replace(BEN, name="Shop")) is None


def test_a_claim_that_no_longer_counts_is_replaced(claims: Claims) -> None:
    claims.claim(ANA)
    assert claims.take_over(submission_claim(ANA), BEN) is None
    assert claims.claim(CHIARA) == submission_claim(BEN)


def test_of_two_who_replace_the_same_claim_the_second_sees_the_first(claims: Claims) -> None:
    claims.claim(ANA)
    stale = submission_claim(ANA)
    assert claims.take_over(stale, BEN) is None
    assert claims.take_over(stale, CHIARA) == submission_claim(BEN)


def together(call: Callable[[Submission], object], asked: list[Submission]) -> list[object]:
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(call, asked))


def test_of_many_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    asked = [replace(ANA, request_id=f"T1-V{number}") for number in range(8)]
    results = together(claims.claim, asked)
    assert results.count(None) == 1
    winner = asked[results.index(None)]
    assert {result for result in results if result} == {submission_claim(winner)}


def test_of_many_who_replace_a_claim_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    claims.claim(ANA)
    asked = [replace(BEN, request_id=f"T1-W{number}") for number in range(8)]
    results = together(lambda each: claims.take_over(submission_claim(ANA), each), asked)
    assert results.count(None) == 1


def test_old_claims_are_forgotten_and_young_ones_kept(claims: Claims, database: sa.Engine) -> None:
    claims.claim(ANA)
    claims.claim(replace(BEN, name="young", asked_at=ANA.asked_at + 100))
    claims.forget_before(ANA.asked_at + 50)
    with database.connect() as connection:
        assert connection.execute(sa.select(CLAIMS.c.name)).scalars().all() == ["young"]
    assert claims.claim(CHIARA) is None


def test_the_tables_may_be_prepared_by_many_at_once(database: sa.Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(database), range(4)))
    with database.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(CLAIMS)).scalar() == 0
