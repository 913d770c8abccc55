/** A call of the API and the response to it. @module */

/** A call of the API. */
export interface ApiCall<T> {
  /** Completes "cannot …" in messages, for example `get the pipeline "ship"`. */
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below the base URL, encoded, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether the call may be sent twice. @default {"true for GET and DELETE"} */
  readonly idempotent?: boolean;
  /** Whether the call is sent without a token. @default {false} */
  readonly anonymous?: boolean;
  /** What to do after a 500 that says nothing else. @default {"check the server's log"} */
  readonly remedy500?: string;
  /** How the body of the response is read; with `stream`, the result is the response with its body unread. @default {"json"} */
  readonly bodyType?: "text" | "stream";
  /** Most bytes of the body. @default {"the client's maxBodyBytes"} */
  readonly maxBytes?: number;
  /** Converts the body to the result. Without it the body is not read. */
  readonly read?: (body: unknown, status: number) => T;
}

/** The response to a call. */
export interface ApiResponse extends Pick<Response, "status" | "headers" | "body"> {
  readonly call: Pick<ApiCall<unknown>, "action" | "method" | "remedy500">;
  /** Full URL of the request. */
  readonly url: string;
  readonly maxBodyBytes: number;
}
