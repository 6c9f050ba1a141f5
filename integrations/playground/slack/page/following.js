// Staying at the newest message, unless the visitor has scrolled up to read.

const NEAR_PX = 40;

let isAtEnd = true;

export function goToEnd() {
  isAtEnd = true;
}

export function scrolled({ target: { scrollTop, scrollHeight, clientHeight } }) {
  isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
}

/** To be called after drawing. */
export function stayAtEnd() {
  const list = document.getElementById("messages");
  if (list && isAtEnd) list.scrollTop = list.scrollHeight;
}
