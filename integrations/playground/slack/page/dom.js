// A small keyed renderer: the page says what it should look like, `patch` changes only what differs.
// Nodes that stay keep their identity, so focus, caret, scroll position and screen readers are undisturbed.

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap(); // DOM node -> the description it was last drawn from

/**
 * Describe an element. `props` holds attributes, properties (`value`, `checked`, …), `on…` handlers, `key`,
 * and two moments: `onmount(element)` and `onremove(element)`. Children: strings, numbers, descriptions, arrays;
 * null and false are left out. Text is always text: nothing here interprets HTML.
 */
export function h(tag, props, ...children) {
  const { key = null, ...rest } = props || {};
  return { tag, key, props: rest, children: flatten(children) };
}

function flatten(children, into = []) {
  for (const child of children) {
    if (Array.isArray(child)) flatten(child, into);
    else if (child !== null && child !== undefined && child !== false && child !== "") {
      into.push(typeof child === "object" ? child : { tag: "#text", key: null, text: String(child) });
    }
  }
  return into;
}

/** Make the children of `parent` what `children` describes. */
export function patch(parent, ...children) {
  const mounted = [];
  patchChildren(parent, flatten(children), mounted);
  // Outer ones first: a dialog is shown before something in it takes the focus.
  for (const [element, onmount] of mounted.reverse()) onmount(element);
}

const PROPERTIES = new Set(["value", "checked", "indeterminate", "disabled", "hidden", "readOnly", "selected"]);

function setProp(element, name, value, old) {
  if (name === "onmount" || name === "onremove") return;
  if (name.startsWith("on")) element[name] = value || null;
  else if (PROPERTIES.has(name) && element.localName !== "progress") {
    // Writing an equal value would move the caret. (A bar's value is 0 before it is written, and tells of nothing.)
    if (element[name] !== value) element[name] = value ?? (name === "value" ? "" : false);
  } else if (value === old) return;
  else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function create(vnode, mounted, inSvg) {
  if (vnode.tag === "#text") {
    const text = document.createTextNode(vnode.text);
    drawn.set(text, vnode);
    return text;
  }
  const svg = inSvg || vnode.tag === "svg";
  const element = svg ? document.createElementNS(SVG, vnode.tag) : document.createElement(vnode.tag);
  patchChildren(element, vnode.children, mounted, svg);
  for (const [name, value] of Object.entries(vnode.props)) {
    if (value !== null && value !== undefined && value !== false) setProp(element, name, value);
  }
  drawn.set(element, vnode);
  if (vnode.props.onmount) mounted.push([element, vnode.props.onmount]);
  return element;
}

function update(node, vnode, mounted) {
  const old = drawn.get(node);
  if (old === vnode) return;
  drawn.set(node, vnode);
  if (vnode.tag === "#text") {
    if (old.text !== vnode.text) node.data = vnode.text;
    return;
  }
  patchChildren(node, vnode.children, mounted, node.namespaceURI === SVG);
  for (const name of Object.keys(old.props)) {
    if (!(name in vnode.props)) setProp(node, name, null, old.props[name]);
  }
  for (const [name, value] of Object.entries(vnode.props)) setProp(node, name, value, old.props[name]);
}

function sameKind(node, vnode) {
  const old = drawn.get(node);
  return Boolean(old) && old.tag === vnode.tag && old.key === vnode.key;
}

function patchChildren(parent, vnodes, mounted, inSvg = false) {
  const old = [...parent.childNodes];
  const keyed = new Map(old.filter((node) => drawn.get(node)?.key != null).map((node) => [drawn.get(node).key, node]));
  const unkeyed = old.filter((node) => drawn.get(node) && drawn.get(node).key == null);
  const matches = vnodes.map((vnode) => {
    if (vnode.key != null) {
      const node = keyed.get(vnode.key);
      if (node && sameKind(node, vnode)) keyed.delete(vnode.key);
      return node && sameKind(node, vnode) ? node : null;
    }
    const at = unkeyed.findIndex((node) => sameKind(node, vnode));
    return at < 0 ? null : unkeyed.splice(0, at + 1)[at];
  });
  // What goes, goes first: then nodes that keep their order are never moved, and so never lose focus.
  const staying = new Set(matches);
  for (const node of old) {
    if (!staying.has(node) && drawn.has(node)) remove(node);
  }
  let place = parent.firstChild;
  vnodes.forEach((vnode, index) => {
    const node = matches[index] ?? create(vnode, mounted, inSvg);
    if (matches[index]) update(node, vnode, mounted);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  });
}

function remove(node) {
  const leaving = [node];
  for (const gone of leaving) {
    leaving.push(...gone.childNodes);
    drawn.get(gone)?.props?.onremove?.(gone);
  }
  node.remove();
}
