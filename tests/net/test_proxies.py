"""Which way a call takes."""

import pytest
from yarl import URL

from bot.errors import SettingsError
from bot.net.proxies import Proxies

PROXY = "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://slack.com/api/", "http://secure:1"),
        ("wss://wss-primary.slack.com/link", "http://secure:1"),
        ("http://127.0.0.1:8080/", "http://plain:2"),
        ("ws://127.0.0.1:8080/", "http://plain:2"),
        ("ftp://127.0.0.1/", None),
    ],
)
def test_each_kind_of_address_has_its_proxy(url: str, proxy: str | None) -> None:
    chosen = Proxies(https="http://secure:1", http="plain:2").for_url(URL(url))
    assert chosen == (URL(proxy) if proxy else None)


@pytest.mark.parametrize(
    ("direct", "url", "goes_directly"),
    [
        (None, "https://slack.com/", False),
        ("", "https://slack.com/", False),
        (" , ,", "https://slack.com/", False),
        ("*", "https://slack.com/", True),
        ("slack.com", "https://slack.com/", True),
        ("slack.com", "https://SLACK.com./", True),
        ("SLACK.COM", "https://wss.slack.com/", True),
        (".slack.com", "https://wss.slack.com/", True),
        ("*.slack.com", "https://wss.slack.com/", True),
        ("slack.com", "https://notslack.com/", False),
        ("slack.com", "https://slack.com.evil.example/", False),
        ("com", "https://slack.com/", True),
        (".", "https://slack.com/", False),
        ("localhost,corp.example.com", "https://artifact.corp.example.com/", True),
        ("localhost corp.example.com", "https://artifact.corp.example.com/", True),
        ("10.0.0.0/8", "https://10.20.30.40/", True),
        ("10.0.0.0/8", "https://11.20.30.40/", False),
        ("10.0.0.1", "https://10.0.0.1:8443/", True),
        ("10.0.0.1", "https://10.0.0.10/", False),
        ("10.0.0.1/8", "https://10.9.9.9/", True),
        ("::1", "https://[::1]/", True),
        ("[::1]", "https://[::1]:8443/", True),
        ("[::1]:443", "https://[::1]/", True),
        ("[::1]:443", "https://[::1]:8443/", False),
        ("fd00::/8", "https://[fd12::1]/", True),
        ("artifact.example.com:8443", "https://artifact.example.com:8443/", True),
        ("artifact.example.com:8443", "https://artifact.example.com/", False),
        ("artifact.example.com:443", "wss://artifact.example.com/", True),
        ("10.0.0.1:443", "https://10.0.0.1/", True),
        ("10.0.0.1:443", "https://10.0.0.1:444/", False),
        ("999.0.0.1/33", "https://slack.com/", False),
        ("[fd00::]/8", "https://[fd12::1]/", True),
        ("example.com;slack.com", "https://slack.com/", True),
        ("example.com，slack.com", "https://slack.com/", True),
        ("'example.com', \"slack.com\"", "https://slack.com/", True),
        ("https://slack.com/", "https://slack.com/", True),
        ("https://slack.com:443/", "https://slack.com/", True),
        ("https://slack.com:8443/", "https://slack.com/", False),
        ("slack.com:", "https://slack.com:8443/", True),
        ("slack.com:*", "https://slack.com:8443/", True),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example/", True),
        ("*.", "https://slack.com/", False),
        (f"{'a' * 64}.com", "https://slack.com/", False),
    ],
)
def test_no_proxy_names_what_is_called_directly(direct: str | None, url: str, goes_directly: bool) -> None:
    chosen = Proxies(https=PROXY, direct=direct).for_url(URL(url))
    assert (chosen is None) is goes_directly


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_without_a_proxy_everything_goes_directly(nothing: str | None) -> None:
    assert Proxies(https=nothing, http=nothing).for_url(URL("https://slack.com/")) is None


def test_a_proxy_has_credentials_and_perhaps_tls_of_its_own() -> None:
    proxy = Proxies(https="https://us%3Fer:p%40ss@proxy.example.com:3128/").for_url(URL("https://slack.com/"))
    assert proxy is not None
    assert (proxy.scheme, proxy.user, proxy.password, proxy.port) == ("https", "us?er", "p@ss", 3128)


@pytest.mark.parametrize(
    "wrong",
    [
        "socks5://proxy.example.com:1080",
        "http://",
        "http://[",
        "::",
        "http://proxy.example.com:port",
        "http://proxy.example.com:99999",
        "http://proxy.example.com:3128/path",
        "http://user:se#cret@proxy.example.com:3128",
        "http://user:se/cret@proxy.example.com:3128",
        "http://user:se?cret@proxy.example.com:3128",
        "http://us%3Aer:secret@proxy.example.com:3128",
        "http://user:secret@proxy.example.com:0",
        "http://user:secret@proxy..example.com:3128",
        "http://user:secret@256.1.1.1:3128",
        "http://user:secret@%41:3128",
        "http:user:secret@proxy.example.com:3128",
        f"http://user:secret@{'a' * 64}.example.com:3128",
        "socks5h://user:secret@proxy.example.com",
        "socks4://user:secret@proxy.example.com",
        "http://user:秘密@proxy.example.com:3128",
        "proxy one",
    ],
)
@pytest.mark.parametrize("setting", ["HTTPS_PROXY", "HTTP_PROXY"])
def test_what_is_not_the_address_of_an_http_proxy_is_said_in_one_line_without_quoting_it(
    setting: str, wrong: str
) -> None:
    with pytest.raises(SettingsError) as error:
        Proxies(https=wrong if setting == "HTTPS_PROXY" else None, http=wrong if setting == "HTTP_PROXY" else None)
    assert str(error.value).startswith(f"{setting} is not the address of an HTTP proxy")
    assert "\n" not in str(error.value)
    assert "cret" not in str(error.value)
