// Small helpers for the page. Data is never put in as HTML.

export const $ = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

export function vector(name, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Shows an image, or nothing in its place.
export function picture(image, address) {
  image.hidden = !address;
  if (address) image.src = address;
  else image.removeAttribute("src");
}

// The last of calls that follow each other within `wait` milliseconds.
export function debounced(wait, call) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), wait);
  };
}

export function marked(where, text, start, end) {
  where.replaceChildren();
  if (start === null || start === undefined) return where.append(text);
  where.append(text.slice(0, start), element("mark", {}, text.slice(start, end)), text.slice(end));
}

export const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

export function number(value, digits = 3) {
  return value === null || value === undefined ? "" : Number(value.toPrecision(digits)).toString();
}
