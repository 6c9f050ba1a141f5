// Writing a mail. The form is made once and keeps its fields; only its files and problems are drawn again.

import { h, patch } from "/slack/static/dom.js";
import { save, send } from "./api.js";
import { size } from "./reading.js";

const SENSITIVITIES = ["Normal", "Personal", "Private", "Confidential"];

/** Shows the form in `pane`, filled with `form`; `done(words, isSent)` when the mail is sent, saved or left. */
export function compose(pane, form, { done, discard }) {
  const state = { draft: form.id ?? "", answers: form.answers ?? "", kept: [...(form.files ?? [])], added: [], problems: {}, busy: "" };
  const draw = () => patch(pane, drawForm(form, state, { submit, attach, drop, discard: () => discard(state.draft) }));

  function attach(event) {
    state.added.push(...event.target.files);
    event.target.value = "";
    draw();
  }

  function drop(file) {
    state.kept = state.kept.filter((kept) => kept !== file);
    state.added = state.added.filter((added) => added !== file);
    draw();
  }

  async function submit(event) {
    event.preventDefault();
    if (state.busy) return;
    const isSend = event.submitter?.value !== "save";
    state.busy = isSend ? "send" : "save";
    draw();
    const answer = await (isSend ? send : save)(contents(event.target, state));
    Object.assign(state, { busy: "", problems: answer.fields ?? (answer.error ? { form: answer.error } : {}) });
    const [wrong] = Object.keys(state.problems);
    if (wrong) {
      draw();
      return pane.querySelector(`[name="${wrong}"]`)?.focus();
    }
    // A saved draft stays in the form as it is; only its files now have ids on the server.
    if (!isSend) Object.assign(state, { draft: answer.id, kept: answer.files, added: [] });
    draw();
    return done(isSend ? "Sent." : "Draft saved.", { isSent: isSend, draft: state.draft });
  }

  patch(pane);
  draw();
  const first = form.to ? "body" : "to";
  const field = pane.querySelector(`[name="${first}"]`);
  field.focus();
  if (first === "body") field.setSelectionRange(0, 0);
}

function contents(form, state) {
  const data = new FormData(form);
  data.set("draft", state.draft);
  data.set("answers", state.answers);
  for (const file of state.kept) data.append("kept", file.id);
  for (const file of state.added) data.append("files", file);
  return data;
}

function drawForm(form, state, acts) {
  return h("form", { class: "compose", "aria-label": state.answers ? "Reply" : "New mail", onsubmit: acts.submit, novalidate: true, autocomplete: "off" },
    h("h2", {}, state.answers ? "Reply" : state.draft ? "Draft" : "New mail"),
    state.problems.form && h("p", { key: "problem", class: "said bad", role: "alert" }, state.problems.form),
    field("to", "To", h("input", entry("to", "text", form, state, { list: "known" })), state),
    field("cc", "Cc", h("input", entry("cc", "text", form, state, { list: "known" })), state),
    field("subject", "Subject", h("input", entry("subject", "text", form, state)), state),
    field("sensitivity", "Sensitivity", h("select", { id: "sensitivity", name: "sensitivity", onmount: (select) => { select.value = form.sensitivity ?? "Normal"; } },
      SENSITIVITIES.map((value) => h("option", { value }, value))), state),
    h("div", { key: "body", class: "words" },
      h("label", { for: "body", class: "for-screen-readers" }, "Message"),
      h("textarea", { id: "body", name: "body", rows: 14, onmount: (area) => { area.value = form.body ?? ""; } })),
    h("div", { key: "files", class: "attach" },
      h("label", { class: "button", for: "attach" }, "Attach files"),
      h("input", { id: "attach", type: "file", multiple: true, onchange: acts.attach }),
      h("ul", { class: "plain attached", "aria-label": "Attached" }, [...state.kept, ...state.added].map((file, index) =>
        h("li", { key: `${index}/${file.name}` }, file.name, " ", h("span", { class: "muted small" }, size(file.size)),
          h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, onclick: () => acts.drop(file) }, "×")))),
    ),
    h("div", { key: "buttons", class: "buttons" },
      h("button", { class: "primary", value: "send", disabled: Boolean(state.busy) }, state.busy === "send" ? "Sending…" : "Send"),
      h("button", { value: "save", disabled: Boolean(state.busy) }, state.busy === "save" ? "Saving…" : "Save draft"),
      h("button", { type: "button", class: "quiet danger", onclick: acts.discard }, "Discard")),
  );
}

function field(name, label, control, state) {
  const problem = state.problems[name];
  return h("div", { key: name, class: "field" },
    h("label", { for: name }, label), control,
    problem && h("p", { id: `${name}-problem`, class: "problem small", role: "alert" }, problem));
}

function entry(name, type, form, state, more = {}) {
  const problem = state.problems[name];
  const marks = { "aria-invalid": problem ? "true" : null, "aria-describedby": problem ? `${name}-problem` : null };
  return { id: name, name, type, ...marks, ...more, onmount: (input) => { input.value = form[name] ?? ""; } };
}
