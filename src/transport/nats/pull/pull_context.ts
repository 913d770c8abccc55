/** The dependencies of a pull. @module */

import type { ReconnectingConnection } from "../core/reconnecting_connection.ts";
import type { RequestMux } from "../core/request_mux.ts";

/** The dependencies of a pull. */
export interface PullContext {
  readonly connection: ReconnectingConnection;
  readonly mux: RequestMux;
  /** The inbox of this pull: the server responds on subjects below it. */
  readonly inbox: string;
  /** Returns why the consumer does not exist; `undefined` when it does. Rejects when that cannot be determined. */
  readonly lossReason: () => Promise<"consumer-deleted" | "stream-deleted" | undefined>;
}
