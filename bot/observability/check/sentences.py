"""The sentence for each finding, and what to do about it. Every sentence of `check` that an operator reads is here.

`WHAT` and `FIX` are keyed by the code of the finding; `{…}` are its values. What to do when a call did not get through is in
`network_fixes.py`.
"""

from bot.codearts.regions import DOCKER_REGIONS
from bot.domain.findings import Finding
from bot.domain.outcomes import Reason
from bot.net.failure_codes import TLS
from bot.observability.check import key_sentences, people_sentences
from bot.observability.check.network_fixes import fix_for_route
from bot.slack.inbound import identity

_BASIC = "“Basic Information” of the Slack app"
_OAUTH = "“OAuth & Permissions” of the Slack app"
_CONSOLE = "the console's address of the project (/cloudartifact/project/<id>/repository)"

WHAT = {
    **key_sentences.WHAT,
    **people_sentences.WHAT,
    "name_misspelt": "{name} is set, but is not a setting of this bot",
    "name_unknown": "{name} is set, but is not a setting of this bot",
    "set_twice": "{line}",
    "region": "region {region}",
    "region_doubted": "region {region}: Docker registries are documented only for {documented}",
    "way_out_direct": "calls go out directly; certificates are those {trusted}",
    "way_out_by_proxy": "calls to {who} go out through the proxy; certificates are those {trusted}",
    "address_plain": "{setting}: {host} would be called without TLS, and what is sent could be read on the way",
    "address_with_path": "{setting} has a path, which would be put before every path of the API",
    "signing_secret_alphabet": "{setting} does not look like one of Slack's (32 hex digits)",
    "signing_secret_length": "{setting} does not look like one of Slack's (32 hex digits): it has {length}",
    "signing_secret_untried": "SLACK_SIGNING_SECRET cannot be verified until Slack sends a request",
    "slack_identity": "Slack: this is {user} in {team}",
    "slack_token_of_user": "Slack: SLACK_BOT_TOKEN is a person's token, not the bot's",
    "slack_token_refused": "Slack: {code}",
    "slack_refused": "Slack: {code}",
    "slack_busy": "Slack: {code}",
    "slack_scopes": "Slack: the token has every required scope, and the optional ones",
    "slack_scopes_unknown": "Slack: it did not report the token's scopes",
    "slack_scopes_missing": "Slack: the token lacks {scopes}",
    "slack_scopes_declined": "Slack: the token lacks the optional {scopes}",
    "socket_mode": "Socket Mode: a connection can be opened, and nobody else has one",
    "socket_mode_refused": "Socket Mode: {code}",
    "app_token_of_another": "SLACK_APP_TOKEN is of another Slack app ({theirs}) than SLACK_BOT_TOKEN ({ours})",
    "socket_mode_silent": "Socket Mode: Slack gives an address, but no connection can be opened there",
    "socket_mode_shared": "Socket Mode: {others} more connections of this app are open; each request goes to only one of them",
    "channels": "the bot can post in {channels}",
    "channel_not_found": "{setting}: there is no channel {channel} that the bot can see",
    "channel_archived": "{setting}: {name} ({channel}) is archived",
    "channel_shared": "{setting}: {name} ({channel}) is shared with another company, whose people would read it",
    "channel_without_bot": "{setting}: the bot is not a member of {name} ({channel}), and may not post there",
    "channel_unreadable": "{setting}: whether {channel} is archived or shared cannot be seen",
    "codearts_list": "CodeArts: registries can be listed; credentials and ids are accepted",
    "codearts_busy": "CodeArts: {code} (HTTP {status}) {message}",
    "codearts_no_such_api": "CodeArts: {host} answers, but has no such API ({code})",
    "codearts_not_let_in": "CodeArts: {code}: {message}",
    "codearts_list_unreadable": "CodeArts: the list of registries cannot be read",
    "codearts_list_refused": "CodeArts: the key may not list the registries of this project: {code}: {message}",
    "codearts_list_refused_perhaps": "CodeArts: the registries cannot be listed: {code}: {message}",
    "codearts_right_untried": "CodeArts: the right {right} cannot be verified without creating a registry",
    "account_id_missing": "CodeArts: HUAWEICLOUD_SDK_DOMAIN_ID is not set, so nothing can be looked up",
    "account_id_unknown": "CodeArts: HUAWEICLOUD_SDK_DOMAIN_ID is not set, so nothing can be looked up",
    "account_id_wrong": "CodeArts: HUAWEICLOUD_SDK_DOMAIN_ID is not the account that the access key belongs to",
    "project_id_missing": "CodeArts: CODEARTS_PROJECT_ID is not set, so nothing can be looked up",
    "project_id_unknown": "CodeArts: CODEARTS_PROJECT_ID is not set, so nothing can be looked up",
    "project_id_of_iam": "CodeArts: CODEARTS_PROJECT_ID is the id of an IAM project, not of one in CodeArts",
    "project_id_of_iam_unknown": "CodeArts: CODEARTS_PROJECT_ID is the id of an IAM project, not of one in CodeArts",
    "project_id_wrong": "CodeArts: CODEARTS_PROJECT_ID is not one of the account's CodeArts projects",
    "clock": "the clock of this host agrees with that of {others}",
    "clock_drifts": "the clock of this host is {seconds} s {side} {who}'s",
    "clock_off": "the clock of this host is {seconds} s {side} {who}'s",
    "database": "database",
    "database_usable": "database {where} is writable",
    "executor_id_held": "another running process uses the executor ID {executor_id}",
    "port": "{host}:{port} is free",
    "port_ours": "{host}:{port} is already used by this bot",
    "port_taken": "{setting}: another program listens on {host}:{port}",
    "signatures_refused": "the running bot has refused requests for their signature ({refused})",
    "cannot_listen": "the bot {line}",
    "setting_wrong": "{line}",
    # When a call did not get through.
    Reason.NAME_NOT_FOUND: "{service}: no address is known for {host}",
    Reason.CONNECTION_REFUSED: "{service}: nothing listens at {host}:{port}",
    Reason.CONNECT_TIMEOUT: "{service}: {host}:{port} does not accept connections",
    Reason.NO_ANSWER: "{service}: {host}:{port} accepts the connection but does not answer",
    Reason.CONNECTION_BROKE: "{service}: {host} closes the connection early",
    Reason.CALL_FAILED: "{service}: the call to {host} fails",
    Reason.PROXY_UNREACHABLE: "{service}: the proxy {proxy} does not answer",
    Reason.PROXY_REFUSED: "{service}: the proxy {proxy} requires a login for the call to {host}",
    Reason.PROXY_FORBIDS: "{service}: the proxy {proxy} blocks calls to {host}",
    Reason.PROXY_NO_WAY: "{service}: the proxy {proxy} cannot reach {host}",
    Reason.REDIRECTED: "{service}: {host} sends the call to another address",
    Reason.ANSWER_CUT_OFF: "{service}: the answer from {host} is cut off",
    Reason.ANSWER_NOT_HTTP: "{service}: what answers at {host}:{port} does not speak HTTP",
    Reason.ANSWER_NOT_DECODED: "{service}: the answer from {host} is not compressed as it says",
    Reason.ANSWER_TOO_LARGE: "{service}: the answer from {host} is too large to be genuine",
    "tls_expired": "{service}: the certificate of {host} is not valid at this time",
    "tls_other_name": "{service}: the certificate of {host} is for another name",
    "tls_not_trusted": "{service}: the certificate of {host} is from an authority that this host does not trust",
    "tls_not_spoken": "{service}: what answers at {host}:{port} does not speak TLS",
    "web_page": "{service}: something that is not {host}, such as a web page, answers in its place (HTTP {status})",
}

FIX = {
    **key_sentences.FIX,
    **people_sentences.FIX,
    "name_misspelt": "Rename it to {meant}, or unset it.",
    "name_unknown": "If it was meant for the bot, correct its name or unset it. Otherwise ignore this.",
    "set_twice": "Keep one of them.",
    "region_doubted": "Set CODEARTS_REGION={documented}, unless you know that Docker registries can be created in {region}.",
    "address_plain": "Write https://{host} in {setting}.",
    "address_with_path": "Leave out everything after the host, as in {example}.",
    "signing_secret_alphabet": "Copy the Signing Secret (not the Client Secret or the Verification Token) from "
    + _BASIC
    + ".",
    "signing_secret_length": "Copy all of it again from " + _BASIC + ".",
    "signing_secret_untried": "Type the command once. If it fails, copy the Signing Secret again from " + _BASIC + ".",
    "slack_token_of_user": "Copy the “Bot User OAuth Token” (xoxb-…) from " + _OAUTH + ".",
    "slack_refused": "Look the code up at https://docs.slack.dev/reference/methods/auth.test.",
    "slack_busy": "Wait: Slack is busy or in trouble (https://slack-status.com).",
    "slack_scopes_unknown": "Compare the scopes under " + _OAUTH + " with `registry-bot manifest`.",
    "slack_scopes_missing": "Add {scopes} under " + _OAUTH + ", then reinstall the app.",
    "slack_scopes_declined": "Add {scopes} under " + _OAUTH + " and reinstall the app, or do without ({reasons}).",
    "socket_mode_refused": (
        "Switch Socket Mode on in the Slack app, and make a new SLACK_APP_TOKEN with the scope connections:write under "
        "“App-Level Tokens” of " + _BASIC + "."
    ),
    "app_token_of_another": "Copy both from the same app: what people type in the one does not reach the other's bot.",
    "socket_mode_silent": "Let this host reach wss://*.slack.com, as it already reaches slack.com.",
    "socket_mode_shared": (
        "If they are not replicas on the same database, stop them, or revoke SLACK_APP_TOKEN under “App-Level Tokens” of "
        + _BASIC
        + " and make a new one."
    ),
    "channel_not_found": "Correct the id, or, if the channel is private, invite the bot there.",
    "channel_archived": "Unarchive it, or take it out of {setting}.",
    "channel_shared": "Name a channel of your own, or set ALLOW_SHARED_CHANNELS=yes if they may read it.",
    "channel_without_bot": "Invite the bot there: /invite @{bot}.",
    "channel_unreadable": "Check it yourself, or add the scope {scope} to the Slack app and reinstall it.",
    "codearts_busy": "Wait: the service is busy or in trouble.",
    "codearts_no_such_api": (
        "Correct CODEARTS_ENDPOINT, or unset it and set CODEARTS_REGION: then the endpoint of CodeArts Artifact is known."
    ),
    "codearts_not_let_in": (
        "Check why this user may not call CodeArts from here: IAM policy, IP allow-list or unpaid bills."
    ),
    "codearts_list_unreadable": "Correct CODEARTS_ENDPOINT: what answers there is not CodeArts Artifact.",
    "codearts_list_refused": "Give the key's user the right {right} in this CodeArts project.",
    "codearts_list_refused_perhaps": "Copy CODEARTS_PROJECT_ID from "
    + _CONSOLE
    + "; if it is right, give the key's user the right {right} there.",
    "codearts_right_untried": "Create a first registry; if it is refused, give the key's user this right.",
    "account_id_missing": "Set HUAWEICLOUD_SDK_DOMAIN_ID={account}",
    "account_id_unknown": "Copy the account id from “My Credentials” into HUAWEICLOUD_SDK_DOMAIN_ID.",
    "account_id_wrong": "Set HUAWEICLOUD_SDK_DOMAIN_ID={account}",
    "project_id_missing": "Set CODEARTS_PROJECT_ID to one of: {offered}",
    "project_id_unknown": "Copy it from " + _CONSOLE + ".",
    "project_id_of_iam": "Set CODEARTS_PROJECT_ID to one of: {offered}",
    "project_id_of_iam_unknown": "Copy CODEARTS_PROJECT_ID from " + _CONSOLE + ".",
    "project_id_wrong": "Set CODEARTS_PROJECT_ID to one of: {offered}",
    "clock_drifts": "Set the clock of this host: Slack's requests are refused from 300 s on, calls to CodeArts from 900 s on.",
    "clock_off": "Set the clock of this host: Slack's requests are refused from 300 s on, calls to CodeArts from 900 s on.",
    "database": "{line}",
    "executor_id_held": "Give each replica a name of its own in EXECUTOR_ID, or stop that one.",
    "port_taken": "Set {setting} to a free port, or stop the program that listens there.",
    "signatures_refused": "If nobody else sends requests there, copy the Signing Secret again from " + _BASIC + ".",
    "cannot_listen": "{fix}",
    "setting_wrong": "{fix}",
}


def what(finding: Finding) -> str:
    """What was found."""
    said = WHAT[finding.code].format_map(_values(finding)).strip().removesuffix(":")
    if "kind" not in finding.values:
        return said
    return f"{said} ({Reason.TLS_FAILED if finding.code in TLS else finding.code})"  # as the log calls it


def how_to_fix(finding: Finding) -> str:
    """What to do; empty if there is nothing to do."""
    values = _values(finding)
    if finding.code == "slack_token_refused":
        return f"{values['setting']}: {identity.how_to_fix(values['code'])}"
    if route := values.get("kind"):
        return fix_for_route(finding.code, route).format_map(values)
    return FIX.get(finding.code, "").format_map(values)


def _values(finding: Finding) -> dict[str, str]:
    return {"documented": ", ".join(sorted(DOCKER_REGIONS)), **finding.values}
