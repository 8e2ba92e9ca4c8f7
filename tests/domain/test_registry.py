"""Registries as values."""

import dataclasses

import pytest

from bot.domain.registry import Created, Registry


def test_a_registry_that_the_api_confirmed_itself_was_not_looked_up() -> None:
    created = Created(trace_id="143-1")
    assert (created.confirmed_by_lookup, created.trace_of_lookup, created.address) == (False, False, None)


def test_nobody_changes_a_row_of_the_list() -> None:
    row = Registry(id="1", name="shop", format="docker2", status="active", address=None)
    for each in dataclasses.fields(row):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(row, each.name, "other")
