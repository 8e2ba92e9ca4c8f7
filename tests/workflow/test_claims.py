"""Who asked for a name last, in memory and in a table: one wins, and only what no longer counts is replaced."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.playground.slack import company
from bot.workflow.claims import Claim, Claims, ClaimTable, HeldClaims, claim_of, claims_of
from bot.workflow.database import open_database
from tests.support.postgres import cut_sessions
from tests.workflow.sample_workflow import asked

ANA = Claim(name="shop", request_id="T1-V1", requester=company.ANA, requester_name="ana", claimed_at=1795450400.5)
BEN = replace(ANA, request_id="T1-V2", requester=company.BEN, requester_name="ben", claimed_at=ANA.claimed_at + 1)
CHIARA = replace(ANA, request_id="T1-V3", requester=company.CHIARA, requester_name="chiara")


@pytest.fixture(params=["held", "table"])
def claims(request: pytest.FixtureRequest) -> Claims:
    return HeldClaims() if request.param == "held" else ClaimTable(request.getfixturevalue("postgres"))


async def test_a_free_name_is_claimed(claims: Claims) -> None:
    assert await claims.make(ANA) is None


async def test_a_second_request_for_a_name_gets_the_first_claim_to_see(claims: Claims) -> None:
    await claims.make(ANA)
    earlier = await claims.make(BEN)
    assert earlier == ANA
    assert await claims.make(BEN) == earlier


async def test_the_same_request_may_claim_as_often_as_it_likes(claims: Claims) -> None:
    assert [await claims.make(ANA) for _ in range(3)] == [None] * 3


async def test_names_that_differ_in_case_are_two_names(claims: Claims) -> None:
    await claims.make(ANA)
    assert await claims.make(replace(BEN, name="Shop")) is None


async def test_a_claim_that_is_taken_back_frees_the_name_and_only_its_own(claims: Claims) -> None:
    await claims.make(ANA)
    await claims.drop(BEN)
    assert await claims.make(BEN) == ANA
    await claims.drop(ANA)
    assert await claims.make(BEN) is None


async def test_a_claim_that_no_longer_counts_is_replaced(claims: Claims) -> None:
    await claims.make(ANA)
    assert await claims.replace(ANA, BEN) is None
    assert await claims.make(CHIARA) == BEN


async def test_of_two_who_replace_the_same_claim_the_second_sees_the_first(claims: Claims) -> None:
    await claims.make(ANA)
    assert await claims.replace(ANA, BEN) is None
    assert await claims.replace(ANA, CHIARA) == BEN


async def test_of_many_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    wanted = [replace(ANA, request_id=f"T1-V{number}") for number in range(8)]
    results = await asyncio.gather(*map(claims.make, wanted))
    assert results.count(None) == 1
    winner = wanted[results.index(None)]
    assert {result for result in results if result} == {winner}


async def test_of_many_who_replace_a_claim_at_once_exactly_one_gets_the_name(claims: Claims) -> None:
    await claims.make(ANA)
    wanted = [replace(BEN, request_id=f"T1-W{number}") for number in range(8)]
    results = await asyncio.gather(*(claims.replace(ANA, each) for each in wanted))
    assert results.count(None) == 1


async def test_old_claims_are_forgotten_and_young_ones_kept(claims: Claims) -> None:
    young = replace(BEN, name="young", claimed_at=ANA.claimed_at + 100)
    await claims.make(ANA)
    await claims.make(young)
    await claims.forget_before(ANA.claimed_at + 50)
    assert await claims.make(CHIARA) is None
    assert await claims.make(replace(CHIARA, name="young")) == young


async def test_what_is_held_in_memory_expires_with_its_request_and_not_with_anothers() -> None:
    held = HeldClaims()
    await held.make(ANA)
    held.expire(BEN)
    assert await held.make(BEN) == ANA
    held.expire(ANA)
    assert await held.make(BEN) is None


async def test_a_row_of_the_table_outlives_its_request_because_removing_it_would_cost_a_transaction(
    postgres: sa.Engine,
) -> None:
    table = ClaimTable(postgres)
    await table.make(ANA)
    table.expire(ANA)
    assert await table.make(BEN) == ANA


async def test_of_two_pending_requests_for_a_name_the_younger_is_at_work() -> None:
    held = HeldClaims()

    async def pending() -> list[Claim]:
        return [ANA, BEN]

    await held.restore(pending)
    assert await held.make(CHIARA) == BEN


async def test_in_a_table_nothing_has_to_be_restored(postgres: sa.Engine) -> None:
    async def pending() -> list[Claim]:
        raise AssertionError("the rows are still there")

    table = ClaimTable(postgres)
    await table.make(ANA)
    await table.restore(pending)
    assert await table.make(BEN) == ANA


async def test_a_claim_survives_that_the_server_ended_the_session(postgres_url: str, postgres: sa.Engine) -> None:
    table = ClaimTable(postgres)
    await table.make(ANA)
    assert cut_sessions(postgres_url) > 0
    assert await table.make(BEN) == ANA


async def test_a_table_that_is_gone_is_an_error_that_is_not_hidden(postgres: sa.Engine) -> None:
    with postgres.begin() as connection:
        connection.execute(sa.text("DROP TABLE registry_bot_claims"))
    with pytest.raises(sa.exc.DBAPIError):
        await ClaimTable(postgres).make(ANA)


def test_a_request_claims_its_name_for_the_requester_if_it_holds_one() -> None:
    request = asked("shop", request_id="T1-V1")
    assert claim_of(request, "shop") == replace(ANA, claimed_at=request.accepted_at)
    assert claim_of(request, None) is None


def test_one_process_remembers_and_several_meet_in_a_table(tmp_path: Path, postgres: sa.Engine) -> None:
    file = open_database(f"sqlite:///{tmp_path / 'claims.sqlite3'}")
    assert isinstance(claims_of(file), HeldClaims)
    assert isinstance(claims_of(postgres), ClaimTable)
    file.dispose()
