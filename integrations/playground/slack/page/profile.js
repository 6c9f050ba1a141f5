// Somebody's profile: one's own, and everybody's for an administrator.

import { changeProfile } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, state } from "./state.js";

const LOCALES = ["de-DE", "en-GB", "en-US", "fr-BE", "fr-FR", "nl-BE", "nl-NL"];
const FIELDS = ["real_name", "email", "locale", "tz"];

let shown = null; // {person, values, error, isSaving}

const byId = (id) => state.people.find((person) => person.id === id);

function start(person) {
  const values = Object.fromEntries([...FIELDS, "deleted"].map((name) => [name, person[name]]));
  shown = { person: person.id, values, error: null, isSaving: false };
  changed();
}

export const openProfile = () => start(state.me);

function close() {
  shown = null;
  changed();
  document.getElementById("who")?.focus();
}

async function save() {
  const before = byId(shown.person);
  const { values } = shown;
  const changes = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== before[name]));
  shown = { ...shown, isSaving: true, error: null };
  changed();
  const answer = await changeProfile(shown.person, changes);
  if (answer.error) {
    shown = { ...shown, isSaving: false, error: answer.error };
    changed();
  } else close();
}

const set = (name) => (event) => {
  shown.values[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
  changed();
};

function field(name, label, control) {
  return h(
    "div",
    { class: "field", key: name },
    h("div", { class: "field-label" }, h("label", { for: `profile-${name}` }, label)),
    control,
  );
}

const text = (name, label, props = {}) =>
  field(
    name,
    label,
    h("input", {
      id: `profile-${name}`,
      class: "field-input",
      value: shown.values[name],
      required: true,
      oninput: set(name),
      ...props,
    }),
  );

function choice(name, label, options, onchange) {
  return field(
    name,
    label,
    h(
      "select",
      { id: `profile-${name}`, class: "field-input", onchange },
      options.map(([value, words, isSelected]) => h("option", { key: value, value, selected: isSelected }, words)),
    ),
  );
}

function language(locale) {
  const words = new Intl.DisplayNames(["en"], { type: "language", languageDisplay: "standard" }).of(locale);
  return [locale, words, locale === shown.values.locale];
}

function fields() {
  const isOwn = shown.person === state.me.id;
  const others = state.people.filter((person) => person.team_id === state.team.id);
  const zones = new Set([shown.values.tz, "Europe/Brussels", ...Intl.supportedValuesOf("timeZone")]);
  return [
    state.me.is_admin &&
      choice(
        "person",
        "Whose profile",
        others.map((person) => [person.id, person.real_name, person.id === shown.person]),
        (event) => start(byId(event.target.value)),
      ),
    text("real_name", "Full name", { autocomplete: "off" }),
    text("email", "E-mail", { type: "email", autocomplete: "off" }),
    choice("locale", "Language", [...new Set([shown.values.locale, ...LOCALES])].map(language), set("locale")),
    choice(
      "tz",
      "Time zone",
      [...zones].map((zone) => [zone, zone, zone === shown.values.tz]),
      set("tz"),
    ),
    state.me.is_admin &&
      !isOwn &&
      h(
        "label",
        { class: "choice", key: "deleted" },
        h("input", { type: "checkbox", checked: shown.values.deleted, onchange: set("deleted") }),
        h("span", { class: "text" }, "Deactivated: cannot sign in"),
      ),
  ];
}

export function profileDialog() {
  if (!shown) return null;
  const onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  };
  const onsubmit = (event) => {
    event.preventDefault();
    if (!shown.isSaving) save();
  };
  return h(
    "dialog",
    {
      key: "profile",
      class: "dialog modal profile",
      "aria-labelledby": "profile-title",
      "data-testid": "profile",
      onkeydown,
      onmount: (element) => element.showModal(),
      onremove: (element) => element.close(),
    },
    h(
      "form",
      { class: "modal-form", onsubmit },
      h(
        "header",
        { class: "modal-head" },
        h("h2", { id: "profile-title" }, "Profile"),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Dismiss", title: "Dismiss", onclick: close },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "modal-body" },
        shown.error &&
          h("div", { class: "problem", role: "alert", key: "error" }, icon("warning"), h("p", null, shown.error)),
        fields(),
      ),
      h(
        "footer",
        { class: "modal-foot dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: close }, "Cancel"),
        h("button", { type: "submit", class: "button button-primary", disabled: shown.isSaving }, "Save"),
      ),
    ),
  );
}
