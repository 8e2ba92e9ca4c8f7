"""Who asked for a name last, in memory and in a table: one wins, and only what no longer counts is replaced."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.slack import company
from bot.registry.models import Submission
from bot.workflow.claims import Claims, ClaimTable, HeldClaims, claims_of, submission_claim
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


@pytest.fixture
def postgres() -> Iterator[sa.Engine]:
    with scratch_database() as url:
        engine = open_database(url)
        prepare(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["held", "table"])
def claims(request: pytest.FixtureRequest) -> Claims:
    return HeldClaims() if request.param == "held" else ClaimTable(request.getfixturevalue("postgres"))


async def test_a_free_name_is_claimed(claims: Claims) -> None:
    assert await claims.claim(ANA) is None


async def test_a_second_request_for_a_name_gets_the_first_claim_to_see(claims: Claims) -> None:
    await claims.claim(ANA)
    earlier = await claims.claim(BEN)
    assert earlier == submission_claim(ANA)
    assert await claims.claim(BEN) == earlier


async def test_the_same_request_may_claim_as_often_as_it_likes(claims: Claims) -> None:
    assert [await claims.claim(ANA) for _ in range(3)] == [None] * 3


async def test_names_that_differ_in_case_are_two_names(claims: Claims) -> None:
    await claims.claim(ANA)
    assert await claims.claim(replace(BEN, name="Shop")) is None


async def test_a_claim_that_is_taken_back_frees_the_name_and_only_its_own(claims: Claims) -> None:
    await claims.claim(ANA)
    await claims.drop(BEN)
    assert await claims.claim(BEN) == submission_claim(ANA)
    await claims.drop(ANA)
    assert await claims.claim(BEN) is None


async def test_a_claim_that_no_longer_counts_is_replaced(claims: Claims) -> None:
    await claims.claim(ANA)
    assert await claims.take_over(submission_claim(ANA), BEN) is None
    assert await claims.claim(CHIARA) == submission_claim(BEN)


async def test_of_two_who_replace_the_same_claim_the_second_sees_the_first(claims: Claims) -> None:
    await claims.claim(ANA)
    stale = submission_claim(ANA)
    assert await claims.take_over(stale, BEN) is None
    assert await claims.take_over(stale, CHIARA) == submission_claim(BEN)


async def test_of_many_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    asked = [replace(ANA, request_id=f"T1-V{number}") for number in range(8)]
    results = await asyncio.gather(*map(claims.claim, asked))
    assert results.count(None) == 1
    winner = asked[results.index(None)]
    assert {result for result in results if result} == {submission_claim(winner)}


async def test_of_many_who_replace_a_claim_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    await claims.claim(ANA)
    asked = [replace(BEN, request_id=f"T1-W{number}") for number in range(8)]
    results = await asyncio.gather(*(claims.take_over(submission_claim(ANA), each) for each in asked))
    assert results.count(None) == 1


async def test_old_claims_are_forgotten_and_young_ones_kept(claims: Claims) -> None:
    young = replace(BEN, name="young", asked_at=ANA.asked_at + 100)
    await claims.claim(ANA)
    await claims.claim(young)
    await claims.forget_before(ANA.asked_at + 50)
    assert await claims.claim(CHIARA) is None
    assert await claims.claim(replace(CHIARA, name="young")) == submission_claim(young)


async def test_what_is_held_in_memory_is_let_go_at_the_end_of_the_request_and_not_by_anothers() -> None:
    held = HeldClaims()
    await held.claim(ANA)
    held.ended(BEN)
    assert await held.claim(BEN) == submission_claim(ANA)
    held.ended(ANA)
    assert await held.claim(BEN) is None


async def test_of_two_pending_requests_for_a_name_the_younger_is_at_work() -> None:
    held = HeldClaims()

    async def pending() -> list[Submission]:
        return [ANA, BEN]

    await held.restore(pending)
    assert await held.claim(CHIARA) == submission_claim(BEN)


def test_one_process_remembers_and_several_meet_in_a_table(tmp_path: Path, postgres: sa.Engine) -> None:
    file = open_database(f"sqlite:///{tmp_path / 'claims.sqlite3'}")
    assert isinstance(claims_of(file), HeldClaims)
    assert isinstance(claims_of(postgres), ClaimTable)
    file.dispose()


def test_the_tables_may_be_prepared_by_many_at_once(postgres: sa.Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(postgres), range(4)))
    with postgres.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(CLAIMS)).scalar() == 0
