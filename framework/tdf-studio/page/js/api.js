// Requests to the server, and what went wrong.

import { $ } from "./dom.js";

export class Failure extends Error {
  constructor(message, at) {
    super(message);
    this.at = at ?? null;
  }
}

export function tell(message) {
  $("message").textContent = message;
  $("message").hidden = !message;
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Failure("The server does not answer. Start tdf studio again, and open the address that it prints.");
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  throw new Failure(body?.error?.message ?? `The server answered ${response.status}.`, body?.error?.at);
}

export const get = (path) => answer(fetch(path));
export const post = (path, body) => answer(fetch(path, { method: "POST", body: JSON.stringify(body) }));
export const send = (path, bytes) => answer(fetch(path, { method: "POST", body: bytes }));

// Calls a function that may fail, and shows its failure.
export async function attempt(work) {
  try {
    tell("");
    return await work();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    tell(failure.message);
    return null;
  }
}
