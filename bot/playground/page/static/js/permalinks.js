// Links to messages of this workspace lead to the message on this page, as they do in Slack.

const PERMALINK = /^https:\/\/playground\.slack\.example\/archives\/(?<channel>\w+)\/p(?<seconds>\d+)(?<rest>\d{6})/;

/** Calls `goTo(channel, ts, thread)` when a permalink is followed; `thread` is the ts of its thread, or null. */
export function followPermalinks(goTo) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const found = link && PERMALINK.exec(link.href)?.groups;
    if (!found) return;
    event.preventDefault();
    goTo(found.channel, `${found.seconds}.${found.rest}`, new URL(link.href).searchParams.get("thread_ts"));
  });
}
