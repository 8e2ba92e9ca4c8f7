// The cloud next to the chat: what it does next, its registries, and the calls it got.

import { clock, copyButton, el, part } from "./dom.js";

export class CloudPanel {
  constructor({ choose, goTo, console }) {
    Object.assign(this, { choose, console });
    this.drawn = { scenarios: "", registries: "", calls: "" };
    this.known = null;
    part("weather-pill").addEventListener("click", goTo);
  }

  follow(cloud) {
    this.once("scenarios", cloud.scenarios, () => this.drawScenarios(cloud.scenarios));
    part("registry-count").textContent = cloud.registries_in_all;
    this.once("registries", cloud.registries, () => this.drawRegistries(cloud.registries));
    this.once("names", cloud.names_read_at, () => this.drawNames(cloud.names_read_at));
    this.once("calls", cloud.calls, () => this.drawCalls(cloud.calls));
    this.showChoice(cloud);
  }

  once(name, data, draw) {
    const drawing = JSON.stringify(data);
    if (this.drawn[name] === drawing) return;
    this.drawn[name] = drawing;
    draw();
  }

  drawScenarios(scenarios) {
    part("scenario-list").replaceChildren(...scenarios.map((scenario) =>
      el("label", { class: "scenario", "data-scenario": scenario.id },
        el("input", { type: "radio", name: "scenario", value: scenario.id, onchange: () => this.choose(scenario.id) }),
        el("span", { class: "scenario-words" }, el("span", { class: "scenario-label" }, scenario.label), el("span", { class: "scenario-sentence" }, scenario.sentence)))));
  }

  showChoice({ scenario, scenarios }) {
    const active = scenarios.find((each) => each.id === scenario);
    const normal = scenario === scenarios[0].id;
    for (const radio of part("scenario-list").querySelectorAll("input")) radio.checked = radio.value === scenario;
    part("cloud").dataset.scenarioActive = scenario;
    document.querySelector(".app").toggleAttribute("data-trouble", !normal);
    const pill = part("weather-pill");
    pill.hidden = normal;
    pill.textContent = `Cloud: ${active.label}`;
    pill.title = `${active.sentence} Stays so until you choose something else.`;
  }

  drawNames(at) {
    const words = at === null ? ["The bot has not read the names of the registries yet."] : ["The bot last read all names at ", clock(at, true), "."];
    part("names").replaceChildren(...words);
  }

  drawRegistries(registries) {
    const rows = registries.map((registry) => this.registry(registry, this.known !== null && !this.known.has(registry.id)));
    this.known = new Set(registries.map((registry) => registry.id));
    part("registries").replaceChildren(...(rows.length ? rows : [el("li", { class: "none" }, "None yet. The first one you create shows up here.")]));
  }

  registry(registry, fresh) {
    const line = (label, value, extra) => value && [el("dt", {}, label), el("dd", {}, value, extra)];
    return el("li", { class: fresh ? "registry registry-new" : "registry", "data-registry": registry.name },
      el("p", { class: "registry-head" }, el("span", { class: "registry-name" }, registry.name), clock(registry.created_at), this.console.deleteButton(registry)),
      registry.elsewhere && el("p", { class: "registry-tag" }, "In another CodeArts project: the list that the bot reads does not show it"),
      registry.unread && !registry.elsewhere && el("p", { class: "registry-tag" }, "The bot has not read this name yet"),
      registry.description && el("p", { class: "registry-about" }, registry.description),
      el("dl", {},
        line("Address", el("span", { class: "mono" }, breakable(registry.url)), copyButton(registry.url, "the address")),
        line("Trace id", registry.trace_id && el("span", { class: "mono", "data-trace-id": registry.trace_id }, registry.trace_id), registry.trace_id && copyButton(registry.trace_id, "the trace id")),
        line("Created by", registry.trace_id ? null : registry.created_by)));
  }

  drawCalls(calls) {
    const rows = calls.map((call) => el("li", { class: "call", "data-call": call.operation, "data-outcome": call.outcome, "data-call-trace-id": call.trace_id },
      el("span", { class: "call-verb" }, call.operation.replace("_all", "")),
      el("span", { class: "call-words" }, el("strong", {}, call.subject), " ", call.words, el("span", { class: "mono call-trace" }, call.trace_id))));
    part("calls").replaceChildren(...(rows.length ? rows : [el("li", { class: "none" }, "No call yet.")]));
  }
}

/** An address that may be wrapped after its own separators. */
const breakable = (address) => address.split(/(?<=[/_])/).flatMap((piece) => [piece, el("wbr")]);
