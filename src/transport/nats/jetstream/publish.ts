/** Publishing to JetStream with a confirmation. @module */

import type { Msg } from "@nats-io/nats-core";
import { ConnectionError, TimeoutError } from "../../../errors.ts";
import { NoStreamError, PayloadTooLargeError, WrongSequenceError } from "../../errors.ts";
import { checkSubject } from "../../shared/subject.ts";
import type { PublishConfirmation, PublishOptions } from "../../transport.ts";
import { API_ERROR, type ApiFailure, parseReply, refusal } from "./api.ts";
import { type EncodedHeaders, encodeHeaders, headerLine } from "../core/encoded_headers.ts";
import { isNoResponders, type RequestMux } from "../core/request_mux.ts";

interface StreamReply {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: ApiFailure;
}

/** Publishes to JetStream. See `Connection.publishConfirmed`. */
export function publishConfirmed(
  replies: RequestMux,
  maxPayload: number,
  subject: string,
  data: Uint8Array,
  options: PublishOptions = {},
): Promise<PublishConfirmation> {
  return new Promise((resolve, reject) => {
    const { messageId, timeoutMs = 5000 } = options;
    checkSubject(subject);
    const headers = headersOf(options);
    const size = data.length + (headers?.size ?? 0);
    if (size > maxPayload) throw new PayloadTooLargeError(subject, size, maxPayload);
    replies.request({
      subject,
      data,
      headers,
      timeoutMs,
      // The stream knows a message by its id, so it is stored once however often it is sent.
      repeatable: messageId !== undefined,
      onReply: (message) => settle(subject, options, message, resolve, reject),
      onTimeout: () =>
        reject(
          new TimeoutError(
            `cannot tell whether the message on ${subject} was stored: no confirmation within ${timeoutMs} ms; ` +
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
        `cannot publish on ${subject}: no stream takes this subject; create one that does`,
      ),
    );
  }
  const reply = parseReply<StreamReply>(message);
  if (reply?.error) {
    if (reply.error.err_code === API_ERROR.messageIdInProcess) return "wait";
    return reject(publishError(subject, options, reply.error));
  }
  if (typeof reply?.seq !== "number") {
    return reject(
      new ConnectionError(
        `cannot tell whether the message on ${subject} was stored: the answer is no confirmation; ` +
          "does somebody else answer requests on this subject?",
      ),
    );
  }
  const { stream, seq: sequence, duplicate = false } = reply;
  resolve({ stream, sequence, duplicate });
}

function publishError(subject: string, options: PublishOptions, failure: ApiFailure): Error {
  const refused = refusal(`publish on ${subject}`, failure);
  const { wrongLastSequence, wrongLastSequenceConstant } = API_ERROR;
  if (failure.err_code !== wrongLastSequence && failure.err_code !== wrongLastSequenceConstant) {
    return refused;
  }
  return new WrongSequenceError(
    `cannot publish on ${subject}: its last message has not the sequence ${options.expectLastSubjectSequence}; ` +
      "somebody else published there, read it again",
    { cause: refused },
  );
}
