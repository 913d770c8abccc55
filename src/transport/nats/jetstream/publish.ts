/**
 * Publishing to JetStream with an acknowledgement. `publish` of the client library is not used: it is slower, see
 * `NatsPull`, and the message would be lost with its connection, where this one is sent again.
 *
 * @module
 */

import type { ApiError } from "@nats-io/jetstream";
import type { Msg } from "@nats-io/nats-core";
import { ConnectionError, TimeoutError } from "../../../errors.ts";
import { NoStreamError, WrongSequenceError } from "../../errors.ts";
import { checkSubject } from "../../shared/subject.ts";
import type { PublishConfirmation, PublishOptions } from "../../transport.ts";
import { API_ERROR, apiError } from "./api_errors.ts";
import { type EncodedHeaders, encodeHeaders, headerLine } from "../core/encoded_headers.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

const decoder = new TextDecoder();

interface PublishResponse {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: ApiError;
}

/** Publishes to JetStream. See `Connection.publishConfirmed`. */
export function publishConfirmed(
  mux: RequestMux,
  subject: string,
  data: Uint8Array,
  options: PublishOptions = {},
): Promise<PublishConfirmation> {
  return new Promise((resolve, reject) => {
    const { messageId, timeoutMs = 5000 } = options;
    checkSubject(subject);
    const headers = headersOf(options);
    mux.request({
      subject,
      data,
      headers,
      timeoutMs,
      // The stream drops duplicates of a message id, so the message is stored once however often it is sent.
      idempotent: messageId !== undefined,
      lease: options.lease,
      onReply: (message) => settle(subject, options, message, resolve, reject),
      onTimeout: () =>
        reject(
          new TimeoutError(
            `cannot confirm that the message on ${subject} was stored: no acknowledgement within ${timeoutMs} ms; ` +
              "publish it again with the same message id",
            timeoutMs,
          ),
        ),
      onFailed: reject,
    });
  });
}

function headersOf(options: PublishOptions): EncodedHeaders | undefined {
  const { messageId, expectLastSubjectSequence, headers } = options;
  if (messageId === undefined && expectLastSubjectSequence === undefined && !headers) {
    return undefined;
  }
  let lines = "";
  if (messageId !== undefined) lines += headerLine("Nats-Msg-Id", messageId);
  if (expectLastSubjectSequence !== undefined) {
    lines += headerLine("Nats-Expected-Last-Subject-Sequence", String(expectLastSubjectSequence));
  }
  return encodeHeaders(lines, headers);
}

function settle(
  subject: string,
  options: PublishOptions,
  message: Msg,
  resolve: (confirmation: PublishConfirmation) => void,
  reject: (error: Error) => void,
): "wait" | void {
  if (isNoResponders(message)) {
    return reject(
      new NoStreamError(
        `cannot publish on ${subject}: no stream stores this subject; create one that does`,
      ),
    );
  }
  const response = parseResponse(message);
  if (response?.error) {
    if (response.error.err_code === API_ERROR.MessageIdInProcess) return "wait";
    return reject(publishError(subject, options, response.error));
  }
  if (typeof response?.seq !== "number") {
    return reject(
      new ConnectionError(
        `cannot confirm that the message on ${subject} was stored: the response is not an acknowledgement; ` +
          "does another service respond on this subject?",
      ),
    );
  }
  const { stream, seq: sequence, duplicate = false } = response;
  resolve({ stream, sequence, duplicate });
}

function parseResponse(message: Msg): PublishResponse | undefined {
  try {
    return JSON.parse(decoder.decode(message.data)) as PublishResponse;
  } catch {
    return undefined;
  }
}

function publishError(subject: string, options: PublishOptions, body: ApiError): Error {
  const error = apiError(`publish on ${subject}`, body);
  const { StreamWrongLastSequence, StreamWrongLastSequenceUnknown } = API_ERROR;
  if (
    body.err_code !== StreamWrongLastSequence && body.err_code !== StreamWrongLastSequenceUnknown
  ) return error;
  return new WrongSequenceError(
    `cannot publish on ${subject}: its last message does not have the sequence ${options.expectLastSubjectSequence}; ` +
      "another publisher was faster, read it again",
    { cause: error },
  );
}
