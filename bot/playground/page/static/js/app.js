// The page: one snapshot of the server's state comes in, each part of the page brings itself in line with it.

import { CloudPanel } from "./cloud.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { icon, part } from "./dom.js";
import { Modal } from "./modal.js";
import { Sidebar } from "./sidebar.js";

const page = document.querySelector(".app");
const remembered = (name) => sessionStorage.getItem(name);

const state = { snapshot: null, me: remembered("me") ?? "", here: remembered("here") };

const connection = new Connection(show, showStream);
const ask = (what, body) => connection.ask(what, body);
const modal = new Modal(ask);
const sidebar = new Sidebar({ goTo, become, killBot: () => ask("bot", { action: "kill" }) });
const conversation = new Conversation({ press, tryIt: (command) => composer.send(command) });
const composer = new Composer({ send: (text) => ask("say", { text, channel: state.here }) });
const cloud = new CloudPanel({ choose: (scenario) => ask("cloud", { scenario }), goTo: () => showTab("cloud") });

function show(snapshot) {
  const first = !state.snapshot;
  state.snapshot = snapshot;
  state.me = connection.me = snapshot.me;
  if (!snapshot.channels.some((channel) => channel.id === state.here)) state.here = snapshot.start;
  render();
  if (first) composer.focus();
}

function render() {
  const { snapshot, here } = state;
  const surface = surfaceOf(snapshot, here);
  const channel = snapshot.channels.find((each) => each.id === here);
  part("workspace").textContent = snapshot.workspace;
  sidebar.follow(snapshot, here);
  conversation.follow(channel, snapshot, surface);
  composer.follow(channel, snapshot);
  cloud.follow(snapshot.cloud);
  modal.follow(snapshot.view, surface);
  page.toggleAttribute("data-unread", sidebar.anyUnread);
}

function surfaceOf(snapshot, here) {
  const people = new Map(snapshot.people.map((person) => [person.id, person.name]));
  const channels = new Map(snapshot.channels.map((channel) => [channel.id, channel.name]));
  const names = {
    me: snapshot.me,
    person: (id) => people.get(id),
    channel: (id) => channels.get(id),
    channelByName: (name) => snapshot.channels.some((channel) => channel.name === name),
  };
  return { names, places: snapshot.places, here, act: async () => false }; // buttons inside a form have nobody to hear them
}

function press(ts, action) {
  return ask("press", { channel: state.here, ts, ...action }).then((answer) => !answer.failed && answer.ok);
}

function goTo(id) {
  state.here = id;
  sessionStorage.setItem("here", id);
  closeSidebar();
  showTab("chat");
  render();
  composer.focus();
}

function become(id) {
  sessionStorage.setItem("me", id);
  connection.listenAs(id);
}

function showStream(stream) {
  page.dataset.stream = stream;
  part("stream").hidden = stream !== "lost";
  if (stream === "lost") part("stream-text").textContent = "The playground does not answer. Trying again…";
}

function showTab(tab) {
  page.dataset.tab = tab;
  for (const button of part("tabs").querySelectorAll("[data-goto]")) button.setAttribute("aria-pressed", String(button.dataset.goto === tab));
}

function openSidebar() {
  drawer(true);
  part("sidebar").querySelector("[aria-current]")?.focus();
}

function closeSidebar() {
  if (!page.hasAttribute("data-sidebar-open")) return;
  drawer(false);
  part("menu").focus();
}

function drawer(open) {
  page.toggleAttribute("data-sidebar-open", open);
  part("menu").setAttribute("aria-expanded", String(open));
  for (const name of ["channel", "cloud", "tabs"]) part(name).inert = open;
}

part("menu").append(icon("menu"));
part("sidebar-close").append(icon("close"));
part("menu").addEventListener("click", openSidebar);
part("sidebar-close").addEventListener("click", closeSidebar);
part("scrim").addEventListener("click", closeSidebar);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeSidebar());
part("tabs").addEventListener("click", (event) => {
  const button = event.target.closest("[data-goto]");
  if (button) showTab(button.dataset.goto);
});

connection.listenAs(state.me);
