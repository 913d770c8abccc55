/** The forms in which a secret appears in a log: as it is, line by line, in JSON, in URLs, in base64. @module */

import { toBase64, toUrlAlphabet } from "../../encoding/base64.ts";
import { encodeText } from "../../encoding/json.ts";
import { wellFormed } from "../../encoding/well_formed.ts";
import { reduceEscapes } from "./decoded_text.ts";
import { type LongForm, longForm } from "./split_secret_detector.ts";

/** Characters of the shortest text that is masked. Shorter ones are part of too many unrelated words. */
export const SHORTEST_SECRET = 4;

/** Characters of the shortest form: one that is found as a part of a longer, escaped text. */
const SHORTEST_FORM = 2;

/**
 * Returns each text that reveals a secret. Escapes of JSON and of URLs are undone before the search, so that these forms
 * need none. A form of fewer than {@linkcode SHORTEST_SECRET} characters counts only where it is written with more.
 */
export function secretForms(secret: string): string[] {
  const forms = new Set<string>();
  for (const text of [secret, ...documentForms(secret)]) {
    const trimmed = text.trim();
    for (const piece of [text, trimmed, ...linesOf(text)]) {
      forms.add(piece);
      forms.add(JSON.stringify(piece).slice(1, -1)); // Also where the text before it ends in a backslash.
      forms.add(wellFormed(piece));
      forms.add(wellFormed(piece).replaceAll(" ", "+")); // In an HTML form.
    }
    for (const form of base64Forms(trimmed)) forms.add(form);
  }
  const written = [...forms].filter((form) => form.length >= SHORTEST_SECRET);
  const reduced = written.map((form) => reduceEscapes(form)?.text ?? form.replaceAll("+", " "))
    .filter((form) => form.length >= SHORTEST_FORM);
  return [...new Set([...written, ...reduced])];
}

/** Returns the texts of a secret that tools may wrap, so that each line of the log holds a part. */
export function longForms(secret: string): LongForm[] {
  return [secret, ...documentForms(secret)].flatMap((text) => {
    const forms = [longForm(text, /[\r\n]/.test(text.trim()))];
    for (const form of new Set(base64Forms(text.trim()))) forms.push(longForm(form, true));
    return forms.filter((form) => form !== undefined);
  });
}

/** The lines of a secret that has several: output that is split into lines contains them one by one. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/);
  return lines.length < 2 ? [] : lines.map((line) => line.trim());
}

/** Characters of the shortest text in a document that is a secret by itself, such as a private key. */
const SHORTEST_MEMBER = 16;

/** A secret that is a JSON document, in the layouts of other writers, and the long texts in it. */
function documentForms(secret: string): string[] {
  if (!/^\s*[{[]/.test(secret)) return [];
  const texts: string[] = [];
  let value: unknown;
  try {
    value = JSON.parse(secret, (_key, member: unknown) => {
      if (typeof member === "string" && member.length >= SHORTEST_MEMBER) texts.push(member);
      return member;
    });
  } catch {
    return []; // It is no JSON document.
  }
  const lines = JSON.stringify(value, null, 2);
  const spaced = lines.replace(
    /([{[])\n *|\n *([}\]])|\n */g,
    (_, open?: string, close?: string) => open ?? close ?? " ",
  );
  return [JSON.stringify(value), lines, spaced, ...texts];
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
