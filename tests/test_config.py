"""The settings: what is read from the environment, one clear line for each that is wrong, and which values are secret."""

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot import config
from bot.config import CodeArtsSettings, Settings
from bot.domain.credentials import Way
from bot.domain.news import NewsChannel
from bot.errors import SettingsError

Changes = Mapping[str, str | None]
Read = Callable[[Changes], Settings]


def shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


COMPLETE = {
    "HUAWEICLOUD_SDK_AK": "the-access-key",
    "HUAWEICLOUD_SDK_SK": "the-secret-key",
    "SLACK_BOT_TOKEN": "xoxb-the-token",
    "SLACK_SIGNING_SECRET": "the-signing-secret",
}


@pytest.fixture
def set_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Changes], None]:
    """Sets these variables alone; None takes one of the complete set away."""

    def set_all(changes: Changes) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        for name, value in {**COMPLETE, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)

    return set_all


@pytest.fixture
def read(set_variables: Callable[[Changes], None]) -> Read:
    """Reads the settings from these variables alone."""

    def from_environment(changes: Changes) -> Settings:
        set_variables(changes)
        return config.read(Settings)

    return from_environment


# ---- what is read ----


def test_four_variables_are_enough(read: Read) -> None:
    settings = read({})
    assert (settings.region, settings.port, settings.notify_channels) == ("ap-southeast-3", 3000, ())
    assert settings.database_url == "sqlite:///registry-bot.sqlite3"


def test_the_terminal_needs_the_two_keys_alone(set_variables: Callable[[Changes], None]) -> None:
    set_variables({"SLACK_BOT_TOKEN": None, "SLACK_SIGNING_SECRET": None})
    settings = config.read(CodeArtsSettings)
    assert shown(settings.access_key) == "the-access-key"


def test_the_vendors_other_names_are_taken_too(read: Read) -> None:
    other = {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None, "CLOUD_SDK_AK": "a", "CLOUD_SDK_SK": "b"}
    settings = read(other)
    assert (shown(settings.access_key), shown(settings.secret_key)) == ("a", "b")


def test_a_file_is_read_and_the_environment_wins(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CODEARTS_REGION=from-the-file\nPORT=4000\n")
    settings = read({"PORT": "5000"})
    assert (settings.region, settings.port) == ("from-the-file", 5000)


@pytest.mark.parametrize(
    ("variable", "value", "field", "read_as"),
    [
        (
            "NOTIFY_CHANNELS",
            " C0123ABCD, G0456EFGH ,",
            "notify_channels",
            (NewsChannel(channel="C0123ABCD"), NewsChannel(channel="G0456EFGH")),
        ),
        ("NOTIFY_CHANNELS", "", "notify_channels", ()),
        ("SLACK_API_URL", "http://127.0.0.1:1/api", "slack_api_url", "http://127.0.0.1:1/api/"),
        ("SLACK_API_URL", "http://127.0.0.1:1/api//", "slack_api_url", "http://127.0.0.1:1/api/"),
        ("CODEARTS_ENDPOINT", "", "endpoint", None),
        ("CODEARTS_READ_TIMEOUT", "0.5", "read_timeout", 0.5),
        ("PORT", " 4000\r\n", "port", 4000),
        ("HOST", "'[::]'", "host", "::"),
        ("EXECUTOR_ID", "\u200b \u00a0", "executor_id", None),
        ("HUAWEICLOUD_SDK_PROJECT_ID", '"0123"\r', "project_id", "0123"),
        (
            "NOTIFY_CHANNELS",
            '"C0123ABCD,\u00a0G0456EFGH\u200b"',
            "notify_channels",
            (NewsChannel(channel="C0123ABCD"), NewsChannel(channel="G0456EFGH")),
        ),
        (
            "NOTIFY_CHANNELS",
            "“C0123ABCD”，‘G0456EFGH’ C0789:problems C0SHOP : shop-*",
            "notify_channels",
            (
                NewsChannel(channel="C0123ABCD"),
                NewsChannel(channel="G0456EFGH"),
                NewsChannel(channel="C0789", problems=True),
                NewsChannel(channel="C0SHOP", names="shop-*"),
            ),
        ),
        ("DATABASE_URL", "postgres://h/db\n", "database_url", "postgres://h/db"),
        ("COMMAND", "'/kube-registry'\n", "command", "/kube-registry"),
        ("COMMAND", "", "command", "/create-registry"),
        ("LABEL", " Test \n", "label", "Test"),
        ("LOG_LEVEL", "WARNING", "log_level", "warning"),
        ("LOG_FORMAT", "Json", "log_format", "json"),
        ("ALLOWED_USERS", "U0ANA; W0BEN\n", "allowed_users", ("U0ANA", "W0BEN")),
        ("ALLOWED_GROUPS", " S0TEAM,", "allowed_groups", ("S0TEAM",)),
        ("ALLOWED_CHANNELS", "C0SHOP G0SHOP", "allowed_channels", ("C0SHOP", "G0SHOP")),
        ("ALLOW_GUESTS", "", "allow_guests", None),
        ("ALLOW_GUESTS", "no", "allow_guests", False),
        ("ALLOW_GUESTS", "Yes", "allow_guests", True),
        ("ALLOW_EXTERNAL", "yes", "allow_external", True),
        ("MAX_PER_PERSON_HOUR", "3", "max_per_person_hour", 3),
        ("APPROVAL", "Never", "approval", "never"),
        ("APPROVERS", "U0ANA, W0BEN", "approvers", ("U0ANA", "W0BEN")),
        ("APPROVAL_TTL", "36H", "approval_ttl_seconds", 129_600),
    ],
)
def test_a_value_is_read_as_it_is_meant(read: Read, variable: str, value: str, field: str, read_as: object) -> None:
    assert getattr(read({variable: value}), field) == read_as


SECRET_FIELDS = {
    "HUAWEICLOUD_SDK_AK": "access_key",
    "HUAWEICLOUD_SDK_SK": "secret_key",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": "security_token",
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_APP_TOKEN": "slack_app_token",
}


@pytest.mark.parametrize("variable", SECRET_FIELDS)
@pytest.mark.parametrize(
    "around", ["{}\n", "{}\r\n", "\u00a0{}", "{}\u200b", "\ufeff{}", ' "{}" ', "'{}'", "“{}”", "`{}`\n"]
)
def test_what_was_copied_along_with_a_secret_is_left_out(read: Read, variable: str, around: str) -> None:
    settings = read({variable: around.format("the-value-42")})
    assert getattr(settings, SECRET_FIELDS[variable]).get_secret_value() == "the-value-42"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_may_begin_with_a_byte_order_mark(read: Read, tmp_path: Path, mark: str) -> None:
    (tmp_path / ".env").write_text(f"{mark}PORT=4000\n", encoding="utf-8")
    assert read({}).port == 4000


def test_settings_are_not_changed_while_the_bot_runs(read: Read) -> None:
    with pytest.raises(ValidationError):
        read({}).port = 1  # type: ignore[misc]


# ---- what is wrong ----

WRONG: Mapping[str, tuple[Changes, str]] = {
    "a command without a slash": ({"COMMAND": "registry"}, r"COMMAND has to look like /create-registry"),
    "a command in capitals": ({"COMMAND": "/Registry"}, r"COMMAND has to look like"),
    "a command that is two words": ({"COMMAND": "/create registry"}, r"COMMAND has to look like"),
    "a command that is too long": ({"COMMAND": "/" + "a" * 32}, r"COMMAND has to look like"),
    "a label that is a letter": ({"LABEL": "a" * 81}, r"LABEL may have 80 characters, and has 81\."),
    "a level that is none": ({"LOG_LEVEL": "verbose"}, r"LOG_LEVEL: input should be 'debug', 'info'"),
    "a form that is none": ({"LOG_FORMAT": "xml"}, r"LOG_FORMAT: input should be 'auto', 'text' or 'json'"),
    "no bot token": ({"SLACK_BOT_TOKEN": None}, r"SLACK_BOT_TOKEN is missing: .*OAuth"),
    "an empty bot token": ({"SLACK_BOT_TOKEN": ""}, r"SLACK_BOT_TOKEN is missing: .*OAuth"),
    "no signing secret": ({"SLACK_SIGNING_SECRET": None}, r"SLACK_SIGNING_SECRET is missing\. .*SLACK_APP_TOKEN"),
    "an empty signing secret": ({"SLACK_SIGNING_SECRET": ""}, r"SLACK_SIGNING_SECRET is missing\."),
    "half a credential": (
        {"HUAWEICLOUD_SDK_SK": None},
        r"HUAWEICLOUD_SDK_SK is missing: HUAWEICLOUD_SDK_AK is only half a credential\. Set both\.",
    ),
    "the other half": (
        {"HUAWEICLOUD_SDK_AK": ""},
        r"HUAWEICLOUD_SDK_AK is missing: HUAWEICLOUD_SDK_SK is only half a credential\. Set both\.",
    ),
    "half a credential by its other name": (
        {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None, "CLOUD_SDK_AK": "a"},
        r"CLOUD_SDK_SK is missing: CLOUD_SDK_AK is only half a credential\. Set both\.",
    ),
    "the other half by its other name": (
        {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None, "CLOUD_SDK_SK": "a"},
        r"CLOUD_SDK_AK is missing: CLOUD_SDK_SK is only half a credential\. Set both\.",
    ),
    "half a credential and blanks": (
        {"HUAWEICLOUD_SDK_SK": " \u00a0\n"},
        r"HUAWEICLOUD_SDK_SK is missing: HUAWEICLOUD_SDK_AK is only half a credential\. Set both\.",
    ),
    "no way to a key": (
        {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None},
        r"HUAWEICLOUD_SDK_AK is missing, and so is every other way to an access key\. Set .* or CODEARTS_ECS_AGENCY=yes\.",
    ),
    "a misspelt key": (
        {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None, "HUAWEICLOUD_SDK_AKK": "a"},
        r"HUAWEICLOUD_SDK_AK is missing: HUAWEICLOUD_SDK_AKK is set instead; rename it\.",
    ),
    "a provider without an agency": (
        {"HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::a:oidc-provider:k8s"},
        r"HUAWEICLOUD_OIDC_AGENCY_URN is missing: HUAWEICLOUD_OIDC_PROVIDER_URN is of no use without it\.",
    ),
    "an agency without a token": (
        {"HUAWEICLOUD_OIDC_PROVIDER_URN": "p", "HUAWEICLOUD_OIDC_AGENCY_URN": "a"},
        r"HUAWEICLOUD_OIDC_TOKEN_FILE is missing: HUAWEICLOUD_OIDC_AGENCY_URN is of no use without it\.",
    ),
    "an identity provider without a token": (
        {"HUAWEICLOUD_SDK_IDP_ID": "k8s"},
        r"HUAWEICLOUD_SDK_ID_TOKEN_FILE is missing: HUAWEICLOUD_SDK_IDP_ID is of no use without it\.",
    ),
    "a token without its identity provider": (
        {"HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/token"},
        r"HUAWEICLOUD_SDK_IDP_ID is missing: HUAWEICLOUD_SDK_ID_TOKEN_FILE is of no use without it\.",
    ),
    "an address of STS that is none": (
        {"HUAWEICLOUD_SDK_STS_ENDPOINT": "sts"},
        r"HUAWEICLOUD_SDK_STS_ENDPOINT is not a plain URL",
    ),
    "a key with a line end inside": (
        {"HUAWEICLOUD_SDK_AK": "hunter2\nmore"},
        r"HUAWEICLOUD_SDK_AK contains a space, a hidden character or one that is not ASCII\. Copy it again\.",
    ),
    "an id with a blank inside": ({"CODEARTS_PROJECT_ID": "12 34"}, r"CODEARTS_PROJECT_ID contains a space, .*"),
    "a token beyond ASCII": (
        {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "tökenhunter2"},
        r"HUAWEICLOUD_SDK_SECURITY_TOKEN contains .*",
    ),
    "a signing secret of two lines": (
        {"SLACK_SIGNING_SECRET": "hunter2\r\nx"},
        r"SLACK_SIGNING_SECRET contains a space, .*",
    ),
    "an approval by nobody": (
        {"APPROVAL": "always", "APPROVAL_CHANNEL": "C0PLATFORM"},
        r"APPROVERS is missing: with APPROVAL=always somebody has to approve\. Set it, or APPROVER_GROUPS, or .*",
    ),
    "an approval in no channel": (
        {"APPROVAL": "outside_policy", "APPROVER_GROUPS": "S0TEAM"},
        r"APPROVAL_CHANNEL is missing: with APPROVAL=outside_policy the approvers are asked in a channel\. .*",
    ),
    "approvals of another kind": ({"APPROVAL": "sometimes"}, r"APPROVAL: .*'never', 'outside_policy' or 'always'.*"),
    "an id that is an address": (
        {"CODEARTS_PROJECT_ID": "https://console/project/12/repository"},
        r"CODEARTS_PROJECT_ID is not an ID: .*\. Copy the ID alone, not the address it is in\.",
    ),
    "one port for both": ({"PORT": "9090", "MANAGEMENT_PORT": "9090"}, r"PORT and MANAGEMENT_PORT are the same\. .*"),
    "an approval for ever": ({"APPROVAL_TTL": "31d"}, r"APPROVAL_TTL: “31d” is not a time between 1s and 30d\. .*"),
    "an approval without a unit": ({"APPROVAL_TTL": "7"}, r"APPROVAL_TTL: “7” is not a time .* Write it as 7d, .*"),
    "a host of two lines": ({"HOST": "a\nb"}, r"HOST contains a line break or another hidden character\. .*"),
    "a timeout without end": ({"CODEARTS_CONNECT_TIMEOUT": "inf"}, r"CODEARTS_CONNECT_TIMEOUT: .*finite"),
    "days beyond all days": ({"RETENTION_DAYS": "9" * 30}, r"RETENTION_DAYS: .*"),
    "an endpoint without a scheme": (
        {"CODEARTS_ENDPOINT": "artifact.example.com"},
        r"CODEARTS_ENDPOINT is not a plain URL",
    ),
    "an endpoint with a password": (
        {"CODEARTS_ENDPOINT": "https://u:hunter2@h"},
        r"CODEARTS_ENDPOINT is not a plain URL",
    ),
    "an endpoint that cannot be read": ({"CODEARTS_ENDPOINT": "https://[hunter2"}, r"CODEARTS_ENDPOINT is not a plain"),
    "a slack at a port that is a word": (
        {"SLACK_API_URL": "https://h:hunter2/"},
        r"SLACK_API_URL is not a plain URL; .*",
    ),
    "a database address that cannot be read": (
        {"DATABASE_URL": "postgresql://bot:hunter2@x@h/db"},
        r"DATABASE_URL has a character that must be escaped in a password: .*",
    ),
    "a name among the users": (
        {"ALLOWED_USERS": "U0ANA, @ben"},
        r"ALLOWED_USERS: “@ben” is not a user ID\. .* U0123ABCD",
    ),
    "a user among the groups": (
        {"ALLOWED_GROUPS": "U0ANA"},
        r"ALLOWED_GROUPS: “U0ANA” is not a user group ID\. .* S0123ABCD",
    ),
    "a name among the channels": ({"ALLOWED_CHANNELS": "#shop"}, r"ALLOWED_CHANNELS: “#shop” is not a channel ID\."),
    "a limit of nothing": ({"MAX_PER_PERSON_HOUR": "0"}, r"MAX_PER_PERSON_HOUR: .*1"),
    "a port that is a word": ({"PORT": "http"}, r"PORT: .*integer"),
    "a port beyond all ports": ({"PORT": "70000"}, r"PORT: .*65535"),
    "no time to answer": ({"CODEARTS_READ_TIMEOUT": "0"}, r"CODEARTS_READ_TIMEOUT: .*greater than 0"),
    "no days to keep": ({"RETENTION_DAYS": "0"}, r"RETENTION_DAYS: .*greater than or equal to 1"),
    "a channel by its name": (
        {"NOTIFY_CHANNELS": "C0123ABCD, #general"},
        r"NOTIFY_CHANNELS: “#general” is not a channel ID\. An ID looks like C0123ABCD\.",
    ),
    "half a pair of quotes": (
        {"SLACK_BOT_TOKEN": 'xoxb-hunter2"'},
        r"SLACK_BOT_TOKEN has a quote on one side only\. Write it on both sides or on neither\.",
    ),
    "half a pair of quotes around an address": (
        {"DATABASE_URL": "'postgresql://bot:hunter2@h/db"},
        r"DATABASE_URL has a quote on one side only",
    ),
    "a region that turns its direction": (
        {"CODEARTS_REGION": "ap-\u202esoutheast-3"},
        r"CODEARTS_REGION contains a line break or another hidden character",
    ),
    "a channel that moves the cursor": (
        {"NOTIFY_CHANNELS": "C01\x1b[31mhunter2"},
        r"NOTIFY_CHANNELS: “…” is not a channel ID",
    ),
    "the app's token as the bot's": (
        {"SLACK_BOT_TOKEN": "xapp-hunter2"},
        r"SLACK_BOT_TOKEN holds the wrong token: it begins with xapp-, and should begin with xoxb-\.",
    ),
    "the bot's token as the app's": (
        {"SLACK_APP_TOKEN": "xoxb-hunter2"},
        r"SLACK_APP_TOKEN holds the wrong token: it begins with xoxb-, and should begin with xapp-\.",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_setting_that_is_wrong_is_told_in_one_line_that_names_it_and_quotes_no_secret(read: Read, what: str) -> None:
    changes, expected = WRONG[what]
    with pytest.raises(SettingsError) as refused:
        read(changes)
    assert re.fullmatch(f"{expected}.*", str(refused.value)), str(refused.value)
    assert not [secret for secret in ("hunter2", *COMPLETE.values()) if secret in str(refused.value)]


def test_several_wrong_settings_are_told_at_once_a_line_each(read: Read) -> None:
    nothing = dict.fromkeys(COMPLETE)
    with pytest.raises(SettingsError) as refused:
        read({**nothing, "PORT": "http"})
    assert [line.partition(" ")[0].rstrip(":") for line in str(refused.value).splitlines()] == [
        "HUAWEICLOUD_SDK_AK",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "PORT",
    ]


def test_each_setting_is_looked_at_by_itself(read: Read) -> None:
    wrong = {
        "HUAWEICLOUD_SDK_AK": None,
        "HUAWEICLOUD_SDK_PROJECT_ID": "a b",
        "CODEARTS_ENDPOINT": "nowhere",
        "DATABASE_URL": "sqlite://data/x",
        "SLACK_BOT_TOKEN": "xapp-hunter2",
        "SLACK_SIGNING_SECRET": "a b",
        "PORT": "http",
        "NOTIFY_CHANNELS": "#general",
    }
    with pytest.raises(SettingsError) as refused:
        read(wrong)
    assert [line.partition(" ")[0].rstrip(":") for line in str(refused.value).splitlines()] == list(wrong)


LINE = ".env: line {} cannot be read. Write NAME=value, with quotes on both sides or on neither."
UNREADABLE: Mapping[str, tuple[bytes, str]] = {
    "UTF-16": ("PORT=4000\n".encode("utf-16"), ".env is not text in UTF-8. Save it as UTF-8."),
    "UTF-16 without a mark": ("PORT=4000\n".encode("utf-16-le"), ".env is not text in UTF-8. Save it as UTF-8."),
    "a value with half a pair of quotes": (b'PORT=4000\nDATABASE_URL="sqlite:///x\n', LINE.format(2)),
    "a single one": (b"SLACK_BOT_TOKEN='xoxb-hunter2\n", LINE.format(1)),
    "a colon": (b"# ours\n\nPORT: hunter2\n", LINE.format(3)),
    "a command of Windows": (b"set PORT=hunter2\n", LINE.format(1)),
    "a variable of PowerShell": (b'$env:PORT="hunter2"\n', LINE.format(1)),
    "two files in one": (b"HOST=::1\n\xef\xbb\xbfPORT=4000\n", LINE.format(2)),
    "words": (b"the token is hunter2\n", LINE.format(1)),
    "latin-1": ("SLACK_BOT_TOKEN=tökenhunter2\n".encode("latin-1"), ".env is not text in UTF-8. Save it as UTF-8."),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_whole_is_told_in_one_line(read: Read, tmp_path: Path, what: str) -> None:
    content, line = UNREADABLE[what]
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read({})
    assert str(refused.value) == line


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_file_is_read_with_any_line_ends_exports_comments_and_blanks(read: Read, tmp_path: Path, ends: str) -> None:
    lines = [
        "# ours",
        "",
        "export PORT=4000 # not 3000",
        "\t HOST = '::1'",
        'EXECUTOR_ID="a b" # two words',
        "PORT=4001",
    ]
    (tmp_path / ".env").write_bytes(ends.join(lines).encode())
    settings = read({})
    assert (settings.port, settings.host, settings.executor_id) == (4001, "::1", "a b")


def test_a_folder_where_the_file_should_be_is_told_in_one_line(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()  # what Docker makes of a mount whose source is missing
    with pytest.raises(SettingsError, match=r"^\.env cannot be read \(Is a directory\)\. Put a small"):
        read({})


def test_settings_that_are_given_and_not_read_are_refused_in_the_same_words() -> None:
    with pytest.raises(SettingsError, match=r"^PORT: ") as refused:
        Settings(_env_file=None, **{**COMPLETE, "PORT": "hunter2"})  # type: ignore[arg-type]
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("changes", "like"),
    [
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}, True),
        ({"SLACK_SIGNING_SECRET": "0123456789ABCDEF0123456789abcdef"}, False),
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef"}, False),
        ({"SLACK_SIGNING_SECRET": "short", "SLACK_APP_TOKEN": "xapp-1"}, True),
        ({"SLACK_SIGNING_SECRET": None, "SLACK_APP_TOKEN": "xapp-1"}, True),
    ],
    ids=["as Slack makes them", "capitals", "half of one", "not used", "none"],
)
def test_a_signing_secret_that_is_not_like_slacks_is_taken_but_known(
    read: Read, changes: Mapping[str, str | None], like: bool
) -> None:
    assert read(changes).signing_secret_is_like_slacks is like


def test_with_socket_mode_no_signing_secret_is_needed(read: Read) -> None:
    settings = read({"SLACK_SIGNING_SECRET": None, "SLACK_APP_TOKEN": "xapp-1"})
    assert settings.slack_signing_secret is None


# ---- what is secret ----


def test_every_secret_is_known_the_databases_password_in_both_spellings_too(read: Read) -> None:
    settings = read(
        {
            "HUAWEICLOUD_SDK_SECURITY_TOKEN": "the-security-token",
            "SLACK_APP_TOKEN": "xapp-the-app-token",
            "DATABASE_URL": "postgresql://bot:hunter%402@localhost/bot",
        }
    )
    assert set(settings.secrets) == {
        *COMPLETE.values(),
        "the-security-token",
        "xapp-the-app-token",
        "hunter%402",
        "hunter@2",
    }


def test_no_secret_is_in_the_repr(read: Read) -> None:
    settings = read({"DATABASE_URL": "postgresql://bot:hunter22@localhost/bot"})
    assert not [secret for secret in settings.secrets if secret in repr(settings)]


def test_a_password_in_the_options_of_the_address_is_a_secret_too(read: Read) -> None:
    settings = read({"DATABASE_URL": "postgresql:///bot?user=bot&password=hunter%4022&sslpassword=hunter33"})
    assert {"hunter@22", "hunter%4022", "hunter33"} <= set(settings.secrets)


@pytest.mark.parametrize("scheme", ["http://", "HTTP://", "https://", ""])
def test_what_a_proxy_wants_is_a_secret_in_every_form_in_which_it_is_sent(read: Read, scheme: str) -> None:
    settings = read({"HTTPS_PROXY": f"{scheme}bot:hunter%4022@proxy.example.com:3128"})
    sent = base64.b64encode(b"bot:hunter@22").decode()
    assert {"hunter%4022", "hunter@22", sent} <= set(settings.secrets)


# ---- which way to a key counts ----

OIDC = {
    "HUAWEICLOUD_OIDC_PROVIDER_URN": "p",
    "HUAWEICLOUD_OIDC_AGENCY_URN": "a",
    "HUAWEICLOUD_OIDC_TOKEN_FILE": "/token",
}
NO_KEY: Changes = {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None}


@pytest.mark.parametrize(
    ("changes", "ways"),
    [
        ({}, [Way.SETTINGS]),
        ({**NO_KEY, "CODEARTS_ECS_AGENCY": "yes"}, [Way.ECS]),
        ({**NO_KEY, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/f", "CODEARTS_ECS_AGENCY": "yes"}, [Way.PROFILE, Way.ECS]),
        ({"CODEARTS_ECS_AGENCY": "yes"}, [Way.SETTINGS, Way.ECS]),
        (
            {"HUAWEICLOUD_SDK_IDP_ID": "k8s", "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/token"},
            [Way.IDENTITY_PROVIDER, Way.SETTINGS],
        ),
        (OIDC, [Way.OIDC, Way.SETTINGS]),
    ],
)
def test_the_first_way_to_a_key_counts_in_the_order_of_the_vendors_sdk(
    read: Read, changes: Changes, ways: list[Way]
) -> None:
    assert list(read(changes).ways) == ways


def test_the_vendors_own_profile_file_counts_where_nothing_is_set(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".huaweicloud").mkdir()
    (tmp_path / ".huaweicloud" / "credentials").write_text("[basic]\nak = a\nsk = b\n")
    settings = read(NO_KEY)
    assert (settings.ways, settings.profile) == ((Way.PROFILE,), str(tmp_path / ".huaweicloud" / "credentials"))


# ---- what is described ----


@pytest.mark.parametrize("kind", [CodeArtsSettings, Settings])
def test_every_variable_is_described_once_with_its_default(kind: type[CodeArtsSettings]) -> None:
    described = config.describe(kind)
    assert len({name for name, _, _ in described}) == len(described) == len(kind.model_fields)
    assert all(meaning and default for _, default, meaning in described)
    assert ("CODEARTS_REGION", "ap-southeast-3") in [(name, default) for name, default, _ in described]
    assert all(f"{name} [{default}]" in config.help_text(kind) for name, default, _ in described)
