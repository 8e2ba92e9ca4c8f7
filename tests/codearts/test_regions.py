"""Regions: the table, the error for an unknown one, the warning for an undocumented one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codearts.regions import ENDPOINTS, docker_warning, endpoint_for
from bot.errors import SettingsError


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("ap-southeast-3", "https://artifact.ap-southeast-3.myhuaweicloud.com"),
        ("cn-south-1", "https://artifact.cn-south-1.myhuaweicloud.com"),
        ("cn-north-4", "https://cloudartifacts-ext.cn-north-4.myhuaweicloud.com"),
        ("tr-west-1", "https://cloudartifacts-ext.tr-west-1.myhuaweicloud.com"),
    ],
)
def test_a_known_region_has_the_endpoint_of_the_vendors_table(region: str, endpoint: str) -> None:
    assert endpoint_for(region) == endpoint


def test_the_table_has_all_fifteen_regions() -> None:
    assert len(ENDPOINTS) == 15


@pytest.mark.parametrize("typo", ["ap-southeast3", "AP-Southeast-3", " ap-southeast-3 ", "ap-southeast-1"])
def test_a_near_miss_names_the_setting_the_value_and_the_right_region(typo: str) -> None:
    with pytest.raises(SettingsError) as caught:
        endpoint_for(typo)
    assert "CODEARTS_REGION" in str(caught.value)
    assert repr(typo) in str(caught.value)
    assert "did you mean ap-southeast-3" in str(caught.value)


def test_a_region_that_resembles_none_gets_the_whole_list() -> None:
    with pytest.raises(
        SettingsError, match="'mars', which is not a region of CodeArts Artifact: the known re"
    ) as caught:
        endpoint_for("mars")
    assert all(region in str(caught.value) for region in ENDPOINTS)


@given(region=st.text(max_size=300).filter(lambda text: text not in ENDPOINTS))
def test_any_unknown_region_is_refused_in_one_line(region: str) -> None:
    with pytest.raises(SettingsError) as caught:
        endpoint_for(region)
    assert len(str(caught.value).splitlines()) == 1


def test_only_the_documented_region_gets_no_warning() -> None:
    assert docker_warning("ap-southeast-3") is None
    assert "ap-southeast-3" in (docker_warning("cn-north-4") or "")
