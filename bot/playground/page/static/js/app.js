// The page: for each snapshot of the server's state, every part of the page updates itself.

import { CloudPanel } from "./cloud.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Console } from "./console.js";
import { Conversation } from "./conversation.js";
import { part } from "./dom.js";
import { Guide } from "./guide.js";
import { Home } from "./home.js";
import { closeDrawer, openDrawer, prepareLayout, showTab } from "./layout.js";
import { Modal } from "./modal.js";
import { followPermalinks } from "./permalinks.js";
import { PolicyChoice } from "./policy.js";
import { Sidebar } from "./sidebar.js";
import { Thread } from "./thread.js";

const page = document.querySelector(".app");
const remembered = (name) => sessionStorage.getItem(name);
const remember = (name, value) => sessionStorage.setItem(name, value);

// `appTab` is the open tab of the app's own page, "home" or "messages"; `thread` the ts of the open thread's first message.
const state = { snapshot: null, me: remembered("me") ?? "", here: remembered("here"), appTab: "home", thread: null };

const connection = new Connection(show, showStream);
const ask = (what, body) => connection.ask(what, body);
const fine = (answer) => !answer.failed && answer.ok;
const can = {
  press: (ts, action) => ask("press", { channel: state.here, ts, ...action }).then(fine),
  openThread,
  choose: (shortcut, ts) => ask("shortcut", { callback_id: shortcut.callback_id, channel: state.here, ts }),
};
const modal = new Modal(ask);
const sidebar = new Sidebar({ goTo, become, killBot: () => ask("bot", { action: "kill" }) });
const policy = new PolicyChoice({ choose: (id) => ask("policy", { policy: id }) });
const conversation = new Conversation({ can, tryIt: (command) => composer.send(command) });
const thread = new Thread({ can, reply: (text) => ask("say", { text, channel: state.here, thread_ts: state.thread }), leave: closeThread });
const home = new Home({ use: (view_id, action, values) => ask("use", { view_id, ...action, values }).then(fine), goTo: showApp });
const composer = new Composer({ send: say, shortcut: (callback_id) => ask("shortcut", { callback_id }) });
const cloud = new CloudPanel({ choose: (scenario) => ask("cloud", { scenario }), goTo: () => showTab("cloud"), console: new Console(ask) });
const guide = new Guide({ say: sayFromGuide, go: goToPlace });

function show(snapshot) {
  const first = !state.snapshot;
  const changed = state.me !== snapshot.me;
  const atApp = state.here !== null && state.here === state.snapshot?.app;
  state.snapshot = snapshot;
  state.me = connection.me = snapshot.me;
  if (changed && atApp) state.here = snapshot.app;
  if (!snapshot.channels.some((channel) => channel.id === state.here)) state.here = snapshot.start;
  if ((first || changed) && state.here === snapshot.app) ask("home", { tab: state.appTab });
  render();
  if (first) composer.focus();
}

function render() {
  const { snapshot, here } = state;
  const surface = surfaceOf(snapshot, here);
  const channel = snapshot.channels.find((each) => each.id === here);
  const tab = here === snapshot.app ? state.appTab : null;
  page.dataset.place = tab ?? "channel";
  part("workspace").textContent = snapshot.workspace;
  sidebar.follow(snapshot, here);
  policy.follow(snapshot.policy);
  home.follow(tab, snapshot, surface);
  composer.follow(channel, snapshot);
  conversation.follow(channel, snapshot, surface); // after what is above and below it, on whose heights its end depends
  cloud.follow(snapshot.cloud);
  guide.follow(snapshot);
  modal.follow(snapshot.view, surface);
  if (!thread.follow(state.thread, channel, snapshot, surface)) state.thread = null;
  page.toggleAttribute("data-thread", state.thread !== null);
  page.toggleAttribute("data-unread", sidebar.anyUnread);
}

function surfaceOf(snapshot, here) {
  const people = new Map(snapshot.people.map((person) => [person.id, person.name]));
  const groups = new Map(snapshot.groups.map((group) => [group.id, group]));
  const channels = new Map(snapshot.channels.map((channel) => [channel.id, channel.name]));
  const names = {
    me: snapshot.me,
    person: (id) => people.get(id),
    group: (id) => groups.get(id),
    channel: (id) => channels.get(id),
    channelByName: (name) => snapshot.channels.some((channel) => channel.name === name),
  };
  return { names, places: snapshot.places, here };
}

function goTo(id, { unread = false } = {}) {
  state.here = id;
  state.thread = null;
  remember("here", id);
  closeDrawer();
  showTab("chat");
  if (id === state.snapshot.app) showApp(unread ? "messages" : "home");
  else render();
  composer.focus();
}

function showApp(tab) {
  state.appTab = tab;
  ask("home", { tab });
  render();
}

function say(text) {
  conversation.toEnd();
  return ask("say", { text, channel: state.here });
}

function openThread(ts) {
  state.thread = ts;
  render();
  part("thread-text").focus();
}

function closeThread() {
  const link = part("messages").querySelector(`[data-message="${CSS.escape(state.thread ?? "")}"] button`);
  state.thread = null;
  render();
  (link ?? part("message-text")).focus();
}

function goToMessage(channel, ts, threadTs) {
  if (!state.snapshot.channels.some((each) => each.id === channel)) return;
  goTo(channel);
  if (threadTs) openThread(threadTs);
  const message = document.querySelector(`[data-message="${CSS.escape(ts)}"]`);
  message?.scrollIntoView({ block: "center" });
  message?.querySelector("button, a[href]")?.focus();
}

function goToPlace(place) {
  if (place === "home") goTo(state.snapshot.app);
  if (place === "cloud") showTab("cloud", true);
  if (place === "policy" || place === "people") {
    openDrawer();
    (place === "policy" ? policy : sidebar).focus();
  }
}

function sayFromGuide(text) {
  if (state.here === state.snapshot.app) goTo(state.snapshot.start);
  showTab("chat");
  composer.focus();
  composer.send(text);
}

function become(id) {
  remember("me", id);
  state.thread = null;
  connection.listenAs(id);
}

function showStream(stream) {
  page.dataset.stream = stream;
  part("stream").hidden = stream !== "lost";
  if (stream === "lost") part("stream-text").textContent = "The playground does not answer. Trying again…";
}

prepareLayout();
followPermalinks(goToMessage);
connection.listenAs(state.me);
