// Files in a message: pictures shown, everything else as a card; what was deleted says so.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed } from "./state.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const KB = 1024;

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < KB) return `${bytes} B`;
  return bytes < KB ** 2 ? `${Math.round(bytes / KB)} kB` : `${(bytes / KB ** 2).toFixed(1)} MB`;
}

const about = (file) => [file.pretty_type ?? file.filetype?.toUpperCase(), size(file.size)].filter(Boolean).join(" · ");

const broken = new Set(); // ids of pictures that cannot be drawn

function picture(file) {
  const failed = () => {
    broken.add(file.id);
    changed();
  };
  return h(
    "a",
    { class: "file-picture", href: file.page_url, target: "_blank", rel: "noopener" },
    h("img", { src: file.page_url, alt: file.title || file.name, loading: "lazy", onerror: failed }),
  );
}

export function sharedFile(file) {
  if (file.mode === "tombstone") {
    return h("div", { class: "file file-gone", key: file.id }, icon("file"), "This file was deleted.");
  }
  const name = file.title || file.name;
  return h(
    "div",
    { class: "shared-file", key: file.id, "data-testid": "file" },
    PICTURES.includes(file.mimetype) && !broken.has(file.id) && picture(file),
    h(
      "div",
      { class: "file" },
      icon("file", 22),
      h(
        "div",
        { class: "file-words" },
        h("div", { class: "file-name" }, h("a", { href: file.page_url, target: "_blank", rel: "noopener" }, name)),
        h("div", { class: "muted" }, about(file)),
      ),
      h(
        "a",
        {
          class: "icon-button",
          href: file.page_url,
          download: file.name,
          "aria-label": `Download ${name}`,
          title: "Download",
        },
        icon("download"),
      ),
    ),
  );
}
