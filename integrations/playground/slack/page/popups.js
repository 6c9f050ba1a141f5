// Lists that open over the page: menus here, the lists of selects in selects.js. One is open at a time.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed } from "./state.js";

const GAP_PX = 4;

function place(popup) {
  const anchor = popup.parentElement.getBoundingClientRect();
  const below = innerHeight - anchor.bottom;
  const opensUp = below < 260 && anchor.top > below;
  const wide = popup.classList.contains("popup-as-wide");
  Object.assign(popup.style, {
    top: opensUp ? "auto" : `${anchor.bottom + GAP_PX}px`,
    bottom: opensUp ? `${innerHeight - anchor.top + GAP_PX}px` : "auto",
    maxHeight: `${Math.min(opensUp ? anchor.top : below, 380) - 16}px`,
    width: wide ? `${anchor.width}px` : "auto",
    left: "0px",
  });
  const left = popup.classList.contains("popup-from-right") ? anchor.right - popup.offsetWidth : anchor.left;
  popup.style.left = `${Math.max(8, Math.min(left, innerWidth - popup.offsetWidth - 8))}px`;
}

const followers = new WeakMap();

/** Props that put an element above everything, beside its parent, for as long as it is drawn. */
export const floating = {
  popover: "manual",
  onmount(popup) {
    const follow = () => place(popup);
    followers.set(popup, follow);
    popup.showPopover();
    follow();
    addEventListener("scroll", follow, true);
    addEventListener("resize", follow);
  },
  onremove(popup) {
    removeEventListener("scroll", followers.get(popup), true);
    removeEventListener("resize", followers.get(popup));
  },
};

let open = null; // the id of the open menu

function show(id) {
  open = id;
  changed();
}

function hide({ focusBack = false } = {}) {
  if (!open) return;
  const button = document.getElementById(open);
  open = null;
  changed();
  if (focusBack) button?.focus();
}

addEventListener(
  "pointerdown",
  (event) => {
    if (open && !event.target.closest(`[data-menu="${CSS.escape(open)}"]`)) hide();
  },
  true,
);

function move(event, step) {
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const next = step === "first" ? 0 : step === "last" ? items.length - 1 : (at + step + items.length) % items.length;
  items[next]?.focus();
}

const KEYS = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" };

function onkeydown(event) {
  if (event.key in KEYS) move(event, KEYS[event.key]);
  else if (event.key === "Escape") hide({ focusBack: true });
  else if (event.key === "Tab") return hide({ focusBack: true });
  else return undefined;
  event.preventDefault();
  return event.stopPropagation();
}

function menuItem(item) {
  const pick = () => {
    hide({ focusBack: true });
    item.pick?.();
  };
  const props = {
    key: item.key ?? item.label,
    tabindex: -1,
    class: `menu-item${item.isDanger ? " menu-item-danger" : ""}`,
    role: item.isChecked === undefined ? "menuitem" : "menuitemradio",
    onclick: pick,
    "aria-checked": item.isChecked === undefined ? null : String(item.isChecked),
    "aria-label": item.name,
  };
  const content = [
    item.before,
    h("span", { class: "menu-label" }, item.label, item.detail && h("span", { class: "menu-detail" }, item.detail)),
    item.isChecked && icon("check", 16),
  ];
  if (item.url) return h("a", { ...props, href: item.url, target: "_blank", rel: "noopener noreferrer" }, content);
  return h("button", { ...props, type: "button" }, content);
}

/**
 * A button that opens a menu. `items`: {label, detail, pick, url, before, isChecked, isDanger, name, key}.
 * `from`: "left" or "right", the edge the menu lines up with. `data`: more attributes for the button.
 */
export function menuButton({
  id,
  label,
  face,
  items,
  kind = "icon-button",
  from = "left",
  heading = null,
  data = {},
}) {
  const isOpen = open === id;
  const focusFirst = (popup) => {
    floating.onmount(popup);
    (popup.querySelector("[aria-checked=true]") ?? popup.querySelector("[role^=menuitem]"))?.focus();
  };
  return h(
    "div",
    { class: "menu", "data-menu": id, key: id },
    h(
      "button",
      {
        type: "button",
        id,
        class: kind,
        "aria-haspopup": "menu",
        "aria-expanded": String(isOpen),
        "aria-label": label,
        title: kind === "icon-button" ? label : null,
        onclick: () => (isOpen ? hide() : show(id)),
        ...data,
      },
      face,
    ),
    isOpen &&
      h(
        "div",
        {
          ...floating,
          class: `popup menu-popup popup-from-${from}`,
          role: "menu",
          "aria-label": label,
          onkeydown,
          onmount: focusFirst,
        },
        heading && h("div", { class: "menu-heading", role: "presentation" }, heading),
        items.map(menuItem),
      ),
  );
}
