// Block elements that are not select menus: buttons, menus, choices, pictures.

import { h } from "./dom.js";
import { act, choose, isUnderway } from "./acting.js";
import { timeField } from "./clock_field.js";
import { withEmoji } from "./emoji.js";
import { valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { fileField, richTextField, textField } from "./inputs.js";
import { isSafe } from "./links.js";
import { textObject } from "./mrkdwn.js";
import { dateField, dateTimeField } from "./pickers.js";
import { menuButton } from "./popups.js";
import { selectField } from "./selects.js";
import { changed } from "./state.js";

const TONES = { primary: "button-primary", danger: "button-danger" };

function button(place, element, props) {
  const busy = isUnderway(place, element);
  const press = () => busy || act(place, element, { value: element.value ?? null, text: element.text });
  const shared = {
    ...props,
    class: `button ${TONES[element.style] ?? ""}`,
    "data-action-id": element.action_id,
    "aria-label": element.accessibility_label ?? null,
  };
  const face = withEmoji(element.text.text);
  if (element.url && isSafe(element.url)) {
    return h("a", { ...shared, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press }, face);
  }
  return h("button", { ...shared, type: "button", "aria-busy": busy ? "true" : null, onclick: press }, face);
}

function overflow(place, element, props) {
  return menuButton({
    id: props.id,
    label: element.accessibility_label ?? "More actions",
    face: icon("dots"),
    from: "right",
    kind: "icon-button icon-button-framed",
    data: { "data-action-id": element.action_id },
    items: element.options.map((option) => ({
      key: option.value,
      label: withEmoji(option.text.text),
      detail: option.description && withEmoji(option.description.text),
      url: isSafe(option.url) ? option.url : null,
      pick: () => act(place, element, { selected_option: option }),
    })),
  });
}

function choices(place, element, props, type, isOn, changedTo) {
  return h(
    "div",
    { class: "choices", id: props.id, tabindex: -1, "data-action-id": element.action_id },
    element.options.map((option, index) =>
      h(
        "label",
        { class: "choice", key: option.value },
        h("input", {
          type,
          name: props.id,
          checked: isOn(option),
          "aria-describedby": option.description ? `${props.id}-${index}-about` : null,
          onchange: (event) => changedTo(option, event.target.checked),
        }),
        h(
          "span",
          { class: "text" },
          textObject(option.text),
          option.description &&
            h("span", { class: "choice-detail", id: `${props.id}-${index}-about` }, textObject(option.description)),
        ),
      ),
    ),
  );
}

function checkboxes(place, element, props) {
  const picked = valueOf(place, element);
  const isOn = (option) => picked.some((one) => one.value === option.value);
  return choices(place, element, props, "checkbox", isOn, (changedOption, on) => {
    const next = element.options.filter((option) => (option.value === changedOption.value ? on : isOn(option)));
    choose(place, element, next, picked);
  });
}

function radios(place, element, props) {
  const picked = valueOf(place, element);
  return choices(
    place,
    element,
    props,
    "radio",
    (option) => option.value === picked?.value,
    (option) => choose(place, element, option, picked),
  );
}

const broken = new Set(); // addresses of pictures that could not be loaded

/** A picture, or what it would show in words. */
export function picture({ image_url: url, slack_file: file, alt_text: alt = "" }, kind) {
  const address = url ?? file?.url;
  if (!isSafe(address) || broken.has(address)) {
    return h(
      "span",
      { class: `${kind} image-missing`, role: "img", "aria-label": alt },
      icon("image"),
      h("span", null, alt || "Image"),
    );
  }
  const failed = () => {
    broken.add(address);
    changed();
  };
  return h("img", { class: kind, src: address, alt, loading: "lazy", onerror: failed, referrerpolicy: "no-referrer" });
}

const DRAWN = {
  button,
  checkboxes,
  datepicker: dateField,
  datetimepicker: dateTimeField,
  email_text_input: textField,
  file_input: fileField,
  image: (place, element) => picture(element, "thumbnail"),
  number_input: textField,
  overflow,
  plain_text_input: textField,
  radio_buttons: radios,
  rich_text_input: richTextField,
  timepicker: timeField,
  url_text_input: textField,
  workflow_button: button,
};
for (const source of ["static", "external", "users", "conversations", "channels"]) {
  DRAWN[`${source}_select`] = selectField;
  DRAWN[`multi_${source}_select`] = selectField;
}

/** Are these several controls under one label (a fieldset), rather than one control? */
export const isGroup = (element) => element.type === "checkboxes" || element.type === "radio_buttons";

export function unknown(what, type) {
  return h(
    "div",
    { class: "unknown", role: "note", "data-testid": "unknown-block" },
    icon("warning"),
    h("span", null, `This page does not know the ${what} type `, h("code", null, String(type)), "."),
  );
}

export function drawElement(place, element, props) {
  const draw = DRAWN[element.type];
  return draw ? draw(place, element, props) : unknown("element", element.type);
}
