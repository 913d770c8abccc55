/** The calls that everything with a name has: create, get, update, delete. @module */

import { pathOf } from "../http/address.ts";
import type { ApiCall } from "../http/api_call.ts";
import type { Http } from "../http/http_client.ts";
import type { CallOptions } from "../options.ts";

/** Things of one kind on the server. */
export interface ResourceKind<Input, Stored> {
  /** Where they are, without a slash at the end. */
  readonly base: string;
  /** What one of them is called, for example `pipeline`. */
  readonly noun: string;
  readonly toWire: (input: Input) => unknown;
  readonly read: (answer: unknown) => Stored;
}

/** The calls about things of one kind. */
export interface NamedCalls<Input, Stored> {
  /** Sends one to be created; `at` is below the base, `how` is what this call has that others have not. */
  create(
    input: Input,
    options: CallOptions | undefined,
    how?: { verb?: string; at?: string; repeatable?: boolean },
  ): Promise<Stored>;
  get(name: string, options?: CallOptions): Promise<Stored>;
  update(input: Input, options?: CallOptions): Promise<Stored>;
  remove(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls about things of one kind. */
export function namedCalls<Input extends { name: string }, Stored>(
  http: Http,
  { base, noun, toWire, read }: ResourceKind<Input, Stored>,
): NamedCalls<Input, Stored> {
  const call = (verb: string, name: string, method: ApiCall<Stored>["method"], path: string) => ({
    action: `${verb} the ${noun} ${JSON.stringify(name)}`,
    method,
    path,
  });
  return {
    create: (input, options, { verb = "create", at = "/", repeatable = false } = {}) =>
      http.send({
        ...call(verb, input.name, "POST", base + at),
        body: toWire(input),
        repeatable,
        read,
      }, options),

    get: async (name, options) =>
      await http.send({ ...call("get", name, "GET", pathOf(base, name)), read }, options),

    update: async (input, options) =>
      await http.send({
        ...call("update", input.name, "PUT", pathOf(base, input.name)),
        body: toWire(input),
        repeatable: true,
        read,
      }, options),

    remove: async (name, options) =>
      await http.send(call("delete", name, "DELETE", pathOf(base, name)), options),
  };
}
