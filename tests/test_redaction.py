"""What is taken out of text that leaves the process by a log."""

from base64 import b64encode

import pytest

from bot.redaction import redactor


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234-abcDEF",
        "xoxe.xoxp-1-abc",
        "xapp-1-A0-abc",
        "https://hooks.slack.com/commands/T0/1/abc",
        "https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0%2F1%2Fabc",
        "wss://wss-primary.slack.com/link/?ticket=abc&app_id=1",
        "v0=" + "0a" * 32,
        "Signature=0123abcdef",
        "signature%3D0123abcdef",
        "Access=HPUATHEACCESSKEY0042",
        "Access%3DHPUATHEACCESSKEY0042",
        "Bearer abcdefgh12345678",
        "Basic%20dXNlcjpwYXNzd29yZA==",
        "Authorization: 0123456789abcdef0123",
        "X-Security-Token: MIIabcdefghijklmnop",
        "x-auth-token=MIIabcdefghijklmnop",
    ],
)
def test_what_lets_its_holder_in_is_known_by_its_shape(secret: str) -> None:
    assert redactor()(f"before {secret} after") == "before [removed] after"


@pytest.mark.parametrize(
    ("secrets", "text", "clean"),
    [
        (("hunter22",), "with hunter22 and hunter22", "with [removed] and [removed]"),
        (("secret-1", "secret-1-and-more"), "it is secret-1-and-more", "it is [removed]"),
        (("a.b*c(d",), "a.b*c(d axb*c(d", "[removed] axb*c(d"),
        (("p%40ssword", "p@ssword"), "p@ssword or p%40ssword", "[removed] or [removed]"),
        (("Hunter22",), "with HUNTER22", "with [removed]"),
        (("p@ss/w rd",), "p%40ss%2Fw%20rd or p%40ss/w%20rd or p%40ss%2Fw+rd", "[removed] or [removed] or [removed]"),
        (('p"a\\ss&',), r"""p\"a\\ss& or p&quot;a\ss&amp;""", "[removed] or [removed]"),
        (("pässwörd",), r"p\u00e4ssw\u00f6rd or PÄSSWÖRD", "[removed] or [removed]"),
        (("a-long-secret-word",), "a-long-secret-wo, a-long-sec", "[removed], a-long-sec"),
        (("short", ""), "a short word", "a short word"),
        ((), "a plain line about xoxo and v0=1", "a plain line about xoxo and v0=1"),
        (
            (),
            "access denied: your signature: wrong, basic rights",
            "access denied: your signature: wrong, basic rights",
        ),
        ((), "Compare it with “Basic Information” there.", "Compare it with “Basic Information” there."),
    ],
    ids=[
        *("every time", "the longest first", "no pattern", "both spellings", "another case", "in a URL", "escaped"),
        *("beyond ASCII", "cut off", "too short", "none", "words only", "a place in Slack"),
    ],
)
def test_the_settings_own_secrets_are_taken_out_as_they_are(secrets: tuple[str, ...], text: str, clean: str) -> None:
    assert redactor(secrets)(text) == clean


def test_a_part_of_a_key_is_known_but_not_of_words_or_of_an_address() -> None:
    redact = redactor(["HPUATHEACCESSKEY0042", "http://bot:pw@proxy.example.com:3128", "registry-bot"], pieces=True)
    assert redact("HPUATHEACC and ESSKEY0042") == "[removed] and [removed]"
    assert redact("proxy.example.com, a registry, HPUATHEAC") == "proxy.example.com, a registry, HPUATHEAC"
    assert redactor(["HPUATHEACCESSKEY0042"])("HPUATHEACC") == "HPUATHEACC"


@pytest.mark.parametrize(
    "text",
    [
        "143002-1795678733735-31",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "https://devrepo.example/artgalaxy/ap-southeast-3_0a1b2c3d4e5f60718293a4b5c6d7e8f9_docker2_1/",
        "100 % & more, a\\b, 50%20 &amp; &lt;",
        "T0PLAYGRND0-V0000000002",
    ],
)
def test_what_only_looks_encoded_stays_as_it_is(text: str) -> None:
    assert redactor(["HPUATHEACCESSKEY0042", "hunter22"], pieces=True)(text) == text


@pytest.mark.parametrize("cut", range(5))
def test_a_key_inside_something_encoded_takes_the_whole_of_it(cut: int) -> None:
    redact = redactor(["HPUATHEACCESSKEY0042"])
    held = "Access to it: HPUATHEACCESSKEY0042!!"
    assert redact(f"({b64encode(held.encode()).decode()[cut:]})").startswith("([removed]")
    assert redact(f"({held.encode().hex()})") == "([removed])"
    assert "[removed]" in redact("".join(f"%{byte:02X}" for byte in held.encode()))
