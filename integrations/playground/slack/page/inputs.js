// Fields to type in, and files.

import { h } from "./dom.js";
import { act, actLater, choose, keep } from "./acting.js";
import { upload } from "./api.js";
import { valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { clearProblems, tell, wentWell } from "./problems.js";
import { fromRichText, toRichText } from "./rich_text.js";
import { changed } from "./state.js";

const KINDS = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", autocomplete: "off" },
  url_text_input: { type: "url", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal" },
};

const DEFAULT_DISPATCH = ["on_enter_pressed"]; // docs.slack.dev: dispatch action configuration object

const triggers = (place, element) =>
  place.dispatches ? (element.dispatch_action_config?.trigger_actions_on ?? DEFAULT_DISPATCH) : [];

function typed(place, element, value, member) {
  keep(place, element, value);
  if (triggers(place, element).includes("on_character_entered")) actLater(place, element, { [member]: value });
}

function entered(event, place, element, member) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!triggers(place, element).includes("on_enter_pressed")) return;
  event.preventDefault();
  act(place, element, { [member]: valueOf(place, element) });
}

/** One-line and many-line text, numbers, e-mail and web addresses. */
export function textField(place, element, props) {
  const value = valueOf(place, element) ?? "";
  const lines = element.type === "plain_text_input" && element.multiline;
  const field = h(lines ? "textarea" : "input", {
    ...props,
    ...(lines ? { rows: 4 } : KINDS[element.type]),
    class: "field-input",
    value: String(value),
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    "data-action-id": element.action_id,
    oninput: (event) => typed(place, element, event.target.value || null, "value"),
    onkeydown: (event) => lines || entered(event, place, element, "value"),
  });
  return [field, counter(value, element.max_length, props.id)];
}

function counter(value, limit, id) {
  if (!limit) return null;
  const left = limit - String(value).length;
  const isNear = left <= Math.max(10, limit * 0.2);
  return h(
    "div",
    { class: `counter${left <= 0 ? " counter-full" : ""}`, id: `${id}-count`, hidden: !isNear },
    `${left} characters left`,
  );
}

/** Formatted text, as far as this page goes: its words, without styles. */
export function richTextField(place, element, props) {
  return h("textarea", {
    ...props,
    rows: 4,
    class: "field-input",
    value: fromRichText(valueOf(place, element)),
    placeholder: element.placeholder?.text,
    "data-action-id": element.action_id,
    oninput: (event) =>
      typed(place, element, event.target.value ? toRichText(event.target.value) : null, "rich_text_value"),
  });
}

const MOST_BYTES = 10_000_000; // docs.slack.dev: file input element

/** Why a file cannot go into this field, else null. */
function refusal(element, file) {
  const kinds = element.filetypes?.map((kind) => kind.toLowerCase().replace(/^\./, ""));
  const kind = file.name.split(".").at(-1).toLowerCase();
  if (kinds && !kinds.includes(kind)) return `${file.name} is not one of: ${kinds.join(", ")}`;
  return file.size > MOST_BYTES ? `${file.name} is larger than 10 MB` : null;
}

const sending = new Set(); // ids of file fields whose files are on their way

export function fileField(place, element, props) {
  const files = valueOf(place, element);
  const room = (element.max_files ?? 10) - files.length;
  const take = async (event) => {
    clearProblems();
    const offered = [...event.target.files];
    event.target.value = "";
    for (const file of offered) tell(refusal(element, file));
    if (offered.length > room) tell(`At most ${room + files.length} files fit here`);
    const chosen = offered.filter((file) => !refusal(element, file)).slice(0, room);
    sending.add(props.id);
    changed();
    const answer = chosen.length ? await upload(chosen) : { files: [] };
    sending.delete(props.id);
    changed();
    const sent = wentWell(answer) ? answer.files : [];
    choose(place, element, [...valueOf(place, element), ...sent]);
  };
  const drop = (gone) =>
    choose(
      place,
      element,
      valueOf(place, element).filter((file) => file.id !== gone.id),
    );
  return h(
    "div",
    { class: "files", "data-action-id": element.action_id },
    files.map((file) =>
      h(
        "span",
        { class: "chip", key: file.id },
        icon("file", 14),
        file.name,
        h(
          "button",
          { type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}`, onclick: () => drop(file) },
          icon("close", 12),
        ),
      ),
    ),
    h("input", {
      ...props,
      type: "file",
      class: "field-file",
      multiple: room > 1,
      disabled: room < 1,
      accept: element.filetypes?.map((type) => `.${type}`).join(","),
      onchange: take,
    }),
    sending.has(props.id) && h("span", { role: "status", class: "field-hint" }, "Sending…"),
  );
}
