// Which requests need an approval: the bot is restarted for each choice.

import { el, part } from "./dom.js";

export class PolicyChoice {
  /** @param choose (id) applies a policy */
  constructor({ choose }) {
    this.choose = choose;
    this.drawn = "";
  }

  follow(policy) {
    part("policy").hidden = !policy;
    if (!policy) return;
    this.draw(policy.policies);
    for (const radio of part("policy-list").querySelectorAll("input")) radio.checked = radio.value === policy.active;
    part("policy").dataset.policyActive = policy.active;
    if (part("policy-hint").textContent !== policy.hint) part("policy-hint").textContent = policy.hint;
  }

  draw(policies) {
    const drawing = JSON.stringify(policies);
    if (drawing === this.drawn) return;
    this.drawn = drawing;
    part("policy-list").replaceChildren(...policies.map((policy) =>
      el("label", { class: "policy-choice", "data-policy": policy.id },
        el("input", { type: "radio", name: "policy", value: policy.id, onchange: () => this.choose(policy.id) }),
        el("span", {}, policy.label))));
  }

  /** Moves the keyboard focus there. */
  focus() {
    part("policy-list").querySelector("input:checked")?.focus();
  }
}
