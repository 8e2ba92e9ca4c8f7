"""What the findings about people, groups, approvals and unused settings say, and what to do: a part of `sentences.py`."""

_COPY_ID = "a person's profile → More → Copy member ID"

WHAT = {
    "people": "Slack knows {people}",
    "people_untried": "whether {people} exist, and who they are, cannot be seen",
    "people_unknown": "{setting}: Slack knows nobody with the ID {people} in this workspace",
    "people_bots": "{setting}: {people} is an app, not a person",
    "people_gone": "{setting}: {people} is deactivated",
    "people_guests": "{setting}: {people} is a guest, and guests may neither request nor approve",
    "people_foreign": "{setting}: {people} is from another company, whose people may neither request nor approve",
    "channel_not_joined": "{setting}: the bot is not a member of {name} ({channel}), so it cannot read its own messages there",
    "groups": "Slack knows the user groups {groups}",
    "group_not_found": "{setting}: Slack does not know the user group {group}",
    "group_empty": "{setting}: {groups} has no members",
    "approvers_single": "only {person} can approve requests, and nobody their own",
    "approvers_unused": "APPROVERS or APPROVER_GROUPS is set, but APPROVAL is not, so no request needs an approval",
    "approval_unused": "APPROVAL=outside_policy has no effect: no rule denies anything that could be approved",
    "management_host_unused": "MANAGEMENT_HOST is set, but MANAGEMENT_PORT is not, so there is no management port",
    "name_pattern_unset": "NAME_PATTERN_HELP is set, but NAME_PATTERN is not, so every legal name is accepted",
}

FIX = {
    "people_untried": f"Compare the IDs with Slack ({_COPY_ID}), or add the scope users:read and reinstall the app.",
    "people_unknown": f"Correct it: {_COPY_ID}.",
    "people_bots": f"Name a person: {_COPY_ID}.",
    "people_gone": "Take them out of {setting}.",
    "people_guests": "Take them out of {setting}, or set ALLOW_GUESTS=yes.",
    "people_foreign": "Take them out of {setting}, or set ALLOW_EXTERNAL=yes.",
    "channel_not_joined": (
        "Invite the bot there: /invite @{bot}. Otherwise it may ask twice after a lost answer from Slack, and cannot see "
        "there how requests were answered since a backup that is restored."
    ),
    "group_not_found": "Correct the id: it is in the group's menu in Slack, and looks like S0123ABCD.",
    "group_empty": "Add members to it in Slack, or take it out of {setting}.",
    "approvers_single": "If they request registries themselves, name a second approver.",
    "approvers_unused": "Set APPROVAL=always or APPROVAL=outside_policy; or, if that is intended, APPROVAL=never.",
    "approval_unused": "Set ALLOWED_USERS, ALLOWED_GROUPS or ALLOWED_CHANNELS, or APPROVAL=always for all requests.",
    "management_host_unused": "Set MANAGEMENT_PORT, or unset MANAGEMENT_HOST.",
    "name_pattern_unset": "Set NAME_PATTERN, or unset NAME_PATTERN_HELP.",
}
