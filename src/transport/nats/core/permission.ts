/** Permissions that the server denies: what they are needed for, by subject. @module */

import { subjectPurpose } from "../../../protocol/subject_purpose.ts";
import { PermissionError } from "../../errors.ts";

interface Need {
  readonly purpose?: string;
  readonly permit?: string;
}

const API = /\.(STREAM|CONSUMER)\.((?:MSG\.)?[A-Z]+)\.([^.]+)(?:\.([^.]+))?/;

const VERBS: Readonly<Record<string, string>> = {
  "INFO": "looking up",
  "CREATE": "creating",
  "UPDATE": "updating",
  "DELETE": "deleting",
  "MSG.GET": "reading",
  "MSG.NEXT": "pulling from",
};

/**
 * Returns the error of an operation that the server denies; `undefined` for other errors. The server reports it apart from
 * the operation, with the subject alone.
 */
export function permissionError(thrown: Error): PermissionError | undefined {
  const { operation, subject } = thrown as { operation?: string; subject?: string };
  if (!subject || operation !== "publish" && operation !== "subscription") return undefined;
  return operation === "publish"
    ? new PermissionError("publish", subject, publishNeed(subject), { cause: thrown })
    : new PermissionError("subscribe", subject, subscribeNeed(subject), { cause: thrown });
}

function publishNeed(subject: string): Need {
  const ack = /^\$JS\.ACK\.(.+)$/.exec(subject)?.[1]?.split(".");
  if (ack) {
    // Newer servers put the domain and the hash of the account ahead of the stream.
    const at = ack.length > 7 ? 3 : 1;
    return {
      purpose: `acknowledging messages of consumer ${ack[at]}`,
      permit: `$JS.ACK.${ack.slice(0, at + 1).join(".")}.>`,
    };
  }
  const [, kind, verb = "", stream = "", consumer] = API.exec(subject) ?? [];
  if (kind) {
    const bucket = /^KV_(.+)$/.exec(stream)?.[1];
    const object = kind === "CONSUMER"
      ? `consumer ${consumer} of stream ${stream}`
      : bucket
      ? `bucket ${bucket}`
      : `stream ${stream}`;
    return { purpose: `${VERBS[verb] ?? verb} ${object}` };
  }
  const [, bucketSubject, bucket] = /^(.*\$KV\.([^.]+)\.)/.exec(subject) ?? [];
  if (bucketSubject) return { purpose: `writing to bucket ${bucket}`, permit: `${bucketSubject}>` };
  return subjectPurpose(subject) ?? {};
}

function subscribeNeed(subject: string): Need {
  const inbox = /^(.+)\.[\da-f]{32}\.[rp]\w*\.\*$/.exec(subject)?.[1];
  if (inbox) return { purpose: "receiving responses", permit: `${inbox}.>` };
  const [, bucketSubject, bucket] = /^(\$KV\.([^.]+)\.)/.exec(subject) ?? [];
  return bucketSubject ? { purpose: `watching bucket ${bucket}`, permit: `${bucketSubject}>` } : {};
}
