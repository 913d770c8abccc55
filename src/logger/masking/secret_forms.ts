/** The forms in which a secret appears in a log: as it is, line by line, in JSON, in URLs, in base64. @module */

import { toBase64, toUrlAlphabet } from "../../protocol/base64.ts";
import { encodeText } from "../../protocol/json.ts";
import { type LongForm, longForm } from "./split_secret_detector.ts";

/** Characters of the shortest text that is masked. Shorter ones are part of too many unrelated words. */
export const SHORTEST_SECRET = 4;

/** Returns each text that reveals a secret, of {@linkcode SHORTEST_SECRET} characters or more. */
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

/** Returns the texts of a secret that tools may wrap, so that each line of the log holds a part. */
export function longForms(secret: string): LongForm[] {
  const forms = [longForm(secret, /[\r\n]/.test(secret.trim()))];
  for (const form of new Set(base64Forms(secret.trim()))) forms.push(longForm(form, true));
  return forms.filter((form) => form !== undefined);
}

/** The lines of a secret that has several: output that is split into lines contains them one by one. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/);
  return lines.length < 2 ? [] : lines.map((line) => line.trim());
}

/** As it is, in a JSON string, and in a JSON string inside another. */
function jsonForms(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [text, once, JSON.stringify(once).slice(1, -1)];
}

/** Encoders differ in the characters that they do not encode, and in the case of the digits. */
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
 * Base64 encodes three bytes as four characters, so a secret inside a longer text has three forms. Of each, only the
 * characters that depend on the secret alone are used; of the secret by itself, all.
 */
function base64Forms(secret: string): string[] {
  const bytes = encodeText(secret);
  const forms: string[] = [toBase64(bytes)];
  for (let offset = 0; offset < 3; offset++) {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const from = Math.ceil(offset * 8 / 6);
    const to = Math.floor(shifted.length * 8 / 6);
    forms.push(toBase64(shifted).slice(from, to));
  }
  return forms.flatMap((form) => [form, toUrlAlphabet(form)]);
}
