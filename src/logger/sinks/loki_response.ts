/** Reads what Loki, or a party in front of it, says about a push. @module */

import { ConveyorError } from "../../errors.ts";
import { readRetryAfter } from "../../protocol/retry_after.ts";

/** Code of the error when Loki refuses structured metadata: it is disabled, or this version does not support it. */
export const METADATA_REFUSED = "loki-metadata-refused";
/** Code of the error when Loki refuses a push for one of its lines: others of it may be stored, now or alone. */
export const LINES_REFUSED = "loki-lines-refused";
/** Code of the error when a push is too large. */
export const TOO_LARGE = "payload-too-large";

/** A push that was not stored as a whole. */
export interface LokiFailure {
  /** What Loki said. */
  readonly reason: string;
  /** The code of the error when another attempt would not help; `undefined` when it may. */
  readonly code: string | undefined;
  /** How long to wait before another attempt, in milliseconds, where Loki says it. */
  readonly waitMs?: number | undefined;
  /** Lines that were not stored, where Loki says it: the others of the push were. */
  readonly ignored?: number | undefined;
}

/** The words of Loki, of gRPC and of proxies, which use statuses from 400 to 500 for it. */
const LARGE = /larger than max|too large|ResourceExhausted|exceeded max(imum)? (message|body)/i;
const TEXT_LENGTH = 500;

/** Reads the answer to a push; `undefined` when it is stored. `mask` removes the secrets of the request. */
export async function readFailure(
  response: Response,
  mask: (text: string) => string,
): Promise<LokiFailure | undefined> {
  const { status, headers } = response;
  const isPage = /\bhtml\b/.test(headers.get("content-type") ?? "");
  if (response.ok && !isPage) {
    await response.body?.cancel();
    return undefined;
  }
  if (status < 400) {
    await response.body?.cancel();
    const what = isPage ? "a web page" : "a redirect, which is not followed";
    const reason = `it responded ${status} with ${what}; pass the address of Loki itself`;
    return { reason, code: "loki-refused" };
  }
  const text = (await response.text()).trim();
  const ignored = /total ignored: (\d+) out of \d+/.exec(text)?.[1];
  const shown = mask(text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text);
  return {
    reason: `it responded ${status}${shown && ` "${shown}"`}`,
    code: codeOf(status, text),
    waitMs: readRetryAfter(headers),
    ...(ignored !== undefined && { ignored: Number(ignored) }),
  };
}

function codeOf(status: number, text: string): string | undefined {
  if (status === 413 || LARGE.test(text) && !/structured metadata/.test(text)) return TOO_LARGE;
  if (status === 408 || status === 429 || status >= 500) return undefined;
  if (status !== 400) return "loki-refused";
  return /structured metadata.*disallowed/.test(text) ? METADATA_REFUSED : LINES_REFUSED;
}

/** Returns the count of lines that an error of {@linkcode refused} says were not stored; `undefined` when it does not say. */
export function ignoredLines(error: unknown): number | undefined {
  return (error as { ignored?: number }).ignored;
}

/** Creates the error of a push that Loki has refused. */
export function refused(
  url: string,
  { reason, code = "loki-refused", ignored }: LokiFailure,
): Error {
  const message = `cannot store log lines in Loki at ${url}: ${reason}; retrying would not help`;
  return Object.assign(new ConveyorError(code, message), { ignored });
}
