// Line icons, drawn in the text's colour.

import { h } from "./dom.js";

const PATHS = {
  bolt: "M11 2 4 11.5h5L8 18l8-10.5h-5.5L11 2Z",
  check: "m4 10.5 4 4 8-9",
  chevron: "m5.5 8 4.5 4.5L14.5 8",
  close: "m5 5 10 10M15 5 5 15",
  clip: "m15.5 9-5.8 5.8a3.3 3.3 0 0 1-4.6-4.6l6.3-6.3a2.2 2.2 0 0 1 3.1 3.1l-6 6a1 1 0 0 1-1.5-1.5L12.3 6.3",
  dots: "M10 4.5h.01M10 10h.01M10 15.5h.01",
  download: "M10 3v9m-4-3.5 4 4 4-4M4 16.5h12",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10Zm8 2.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  file: "M5 2.5h6.5L15.5 6.5v11H5v-15Zm6.5 0v4h4",
  home: "M3 9.5 10 3l7 6.5M5 8v9h3.5v-5h3v5H15V8",
  image: "M3 4h14v12H3V4Zm0 9 4-4 4 4 2.5-2.5L17 14M13 8h.01",
  info: "M10 9v5M10 6.2v.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
  lock: "M5 9h10v8H5V9Zm2 0V6.5a3 3 0 0 1 6 0V9",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  person: "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 7.5c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5",
  reply: "M3.5 4h13v9.5H9L5.5 17v-3.5h-2V4Z",
  send: "m3 3.5 14.5 6.5L3 16.5l2-6.5-2-6.5Zm2 6.5h6",
  smile: "M7 12c1.5 2 4.5 2 6 0M7.5 8v.01M12.5 8v.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z",
  spark: "M10 3v4m0 6v4M3 10h4m6 0h4M5.5 5.5l2 2m5 5 2 2m0-9-2 2m-5 5-2 2",
  warning: "M10 3 18 16.5H2L10 3Zm0 5v4m0 2.2v.01",
};

export function icon(name, size = 18) {
  return h(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true" },
    h("path", { d: PATHS[name] }),
  );
}
