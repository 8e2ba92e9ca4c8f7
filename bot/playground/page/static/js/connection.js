// The connection to the page server: snapshots arrive as server-sent events, what the person does is sent with POST.

const SILENCE_MS = 15_000; // the server sends a beat every 5 s
const RETRY_MS = 1_000;

export class Connection {
  /** @param onSnapshot (snapshot) => void; @param onState ("connecting" | "live" | "lost") => void */
  constructor(onSnapshot, onState) {
    this.onSnapshot = onSnapshot;
    this.onState = onState;
    this.me = "";
  }

  /** Listens as this person from now on; an earlier stream is closed. */
  listenAs(me) {
    this.me = me;
    this.end();
    this.stream = new EventSource(`/events?as=${encodeURIComponent(me)}`);
    this.stream.addEventListener("snapshot", (event) => {
      this.onState("live");
      this.onSnapshot(JSON.parse(event.data));
      this.heard();
    });
    this.stream.addEventListener("beat", () => this.heard());
    this.stream.addEventListener("error", () => this.lost());
    this.heard();
  }

  heard() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(), SILENCE_MS);
  }

  lost() {
    this.onState("lost");
    this.end();
    this.retry = setTimeout(() => this.listenAs(this.me), RETRY_MS);
  }

  end() {
    clearTimeout(this.watchdog);
    clearTimeout(this.retry);
    this.stream?.close();
    this.stream = null;
  }

  /** Posts to /page/<what> as the current person. Answers {failed: sentence} if the page server is unavailable or refuses. */
  async ask(what, body) {
    try {
      const response = await fetch(`/page/${what}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user: this.me, ...body }),
      });
      return response.ok ? await response.json() : { failed: await response.text() };
    } catch {
      return { failed: "The playground does not answer. Is the demo still running in your terminal?" };
    }
  }
}
