// What the parts of the page share. Who wants to know of a change listens for it.

export const state = {
  subjects: [],
  subject: null,
  // The target as the server takes it, and its image.
  target: null,
  image: null,
};

const listeners = new Map();

export function on(name, call) {
  listeners.set(name, [...(listeners.get(name) ?? []), call]);
}

export function emit(name, value) {
  for (const call of listeners.get(name) ?? []) call(value);
}

// The target changed: `image` is a data address, or null.
export function aim(target, image) {
  state.target = target;
  state.image = image;
  emit("target");
}

export const path = (what) => `/api/subjects/${encodeURIComponent(state.subject.id)}/${what}`;
