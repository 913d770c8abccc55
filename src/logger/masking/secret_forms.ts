/** The shapes in which a secret turns up in a log: as it is, line by line, in JSON, in URLs, in base64. @module */

import { encodeText } from "../../protocol/json.ts";
import { type LongForm, longForm } from "./split_secret_detector.ts";

/** Fewest characters of a text that is hidden. Shorter ones stand in too many innocent places. */
export const SHORTEST_SECRET = 4;

/** Every text that gives a secret away, each of {@linkcode SHORTEST_SECRET} characters or more. */
export function secretForms(secret: string): string[] {
  const trimmed = secret.trim();
  const pieces = [secret, trimmed, ...linesOf(secret)];
  const forms = new Set<string>();
  for (const piece of pieces) {
    for (const form of jsonForms(piece)) forms.add(form);
    for (const form of urlForms(piece)) forms.add(form);
  }
  for (const form of base64Forms(trimmed)) {
    for (const encoded of [form, ...urlForms(form)]) forms.add(encoded);
  }
  return [...forms].filter((form) => form.length >= SHORTEST_SECRET);
}

/** The texts of a secret that tools may wrap: it comes to the log in pieces, a line each. */
export function longForms(secret: string): LongForm[] {
  const forms = [longForm(secret, /[\r\n]/.test(secret.trim()))];
  for (const form of new Set(base64Forms(secret.trim()))) forms.push(longForm(form, true));
  return forms.filter((form) => form !== undefined);
}

/** The lines of a secret that has several: output that is cut into lines shows it so. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/);
  return lines.length < 2 ? [] : lines.map((line) => line.trim());
}

/** As it is, inside a JSON string, and inside a JSON string that is inside another. */
function jsonForms(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [text, once, JSON.stringify(once).slice(1, -1)];
}

/** Encoders differ in which characters they leave alone, and in the case of the digits. */
function urlForms(text: string): string[] {
  const wellFormed = text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(
    /[!'()*]/g,
    (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase(),
  );
  const form = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  const forms = [component, strict, form, strict.replaceAll("%2F", "/"), encodeURI(wellFormed)];
  return [
    ...forms,
    ...forms.map((each) => each.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
  ];
}

/**
 * In base64 three bytes become four characters, so a secret inside a longer text has three shapes. Of each only the
 * characters that depend on the secret alone are taken; of the secret by itself the whole.
 */
function base64Forms(secret: string): string[] {
  const bytes = encodeText(secret);
  const forms: string[] = [base64(bytes)];
  for (let offset = 0; offset < 3; offset++) {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const from = Math.ceil(offset * 8 / 6);
    const to = Math.floor(shifted.length * 8 / 6);
    forms.push(base64(shifted).slice(from, to));
  }
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
