/** A call of the API and the response to it. @module */

/** One call of the API. */
export interface ApiCall<T> {
  /** Completes "cannot …" in messages, for example `get the pipeline "ship"`. */
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below the base URL, encoded, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether doing it twice is as good as doing it once. @default {"true for GET and DELETE"} */
  readonly repeatable?: boolean;
  /** Whether it needs no credentials. @default {false} */
  readonly open?: boolean;
  /** What the body is read as. @default {"json"} */
  readonly bodyType?: "json" | "text";
  /** Makes the result of what the body holds; without it the body is not read. */
  readonly read?: (body: unknown) => T;
}

/** The response to a call. */
export interface ApiResponse extends Pick<Response, "status" | "headers" | "body"> {
  readonly call: Pick<ApiCall<unknown>, "action" | "method">;
  /** Full URL of the request. */
  readonly url: string;
  readonly maxBodyBytes: number;
}
