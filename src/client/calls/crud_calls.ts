/** Create, get, update and delete for the resource kinds of the API that are named by a name alone. @module */

import { pathOf } from "../http/address.ts";
import type { ApiCall } from "../http/api_call.ts";
import type { SendCall } from "../http/http_client.ts";
import type { CallOptions } from "../options.ts";

/** A resource kind of the API. */
export interface ResourceKind<Input, Stored> {
  /** Base path, without a slash at the end. */
  readonly base: string;
  /** The kind's name in messages, for example `pipeline`. */
  readonly noun: string;
  readonly toWire: (input: Input) => unknown;
  readonly read: (body: unknown) => Stored;
}

/** The calls of one resource kind. */
export interface CrudCalls<Input, Stored> {
  /** Creates one. `at` is the path below the base, `verb` its name in messages. */
  create(
    input: Input,
    options: CallOptions | undefined,
    how?: { verb?: string; at?: string; idempotent?: boolean },
  ): Promise<Stored>;
  get(name: string, options?: CallOptions): Promise<Stored>;
  update(input: Input, options?: CallOptions): Promise<Stored>;
  remove(name: string, options?: CallOptions): Promise<void>;
}

/** Creates the calls of a resource kind. */
export function crudCalls<Input extends { name: string }, Stored>(
  send: SendCall,
  { base, noun, toWire, read }: ResourceKind<Input, Stored>,
): CrudCalls<Input, Stored> {
  const call = (verb: string, name: string, method: ApiCall<Stored>["method"], path: string) => ({
    action: `${verb} the ${noun} ${JSON.stringify(name)}`,
    method,
    path,
  });
  return {
    create: async (input, options, { verb = "create", at = "/", idempotent = false } = {}) =>
      await send({
        ...call(verb, input.name, "POST", base + at),
        body: toWire(input),
        idempotent,
        read,
      }, options),

    get: async (name, options) =>
      await send({ ...call("get", name, "GET", pathOf(base, name)), read }, options),

    update: async (input, options) =>
      await send({
        ...call("update", input.name, "PUT", pathOf(base, input.name)),
        body: toWire(input),
        idempotent: true,
        read,
      }, options),

    remove: async (name, options) =>
      await send(call("delete", name, "DELETE", pathOf(base, name)), options),
  };
}
