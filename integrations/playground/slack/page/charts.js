// The data_visualization block: every chart drawn as bars, whatever its type.

import { h } from "./dom.js";

function bar(label, value, most) {
  return h(
    "div",
    { class: "chart-bar" },
    h("dt", null, label),
    h("dd", null, h("progress", { max: most, value: Math.max(0, value), "aria-hidden": "true" }), ` ${value}`),
  );
}

function bars(name, points, most) {
  return h(
    "section",
    null,
    name && h("h4", null, name),
    h(
      "dl",
      null,
      points.map((point) => bar(point.label, point.value, most)),
    ),
  );
}

export function chart(block) {
  const { segments, series = [{ name: "", data: segments }], axis_config: axis } = block.chart;
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const most = Math.max(1, ...values);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", null, block.title),
    series.map((one) => bars(one.name, one.data, most)),
    axis?.y_label && h("p", { class: "chart-axis" }, axis.y_label),
  );
}
