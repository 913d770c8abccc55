/** The API server after release 0.6: which resources there are, and which of their runs counts. */

import type { Client } from "../../mod.ts";
import { type LogEntry, readLogEntry } from "../../src/protocol/logs/log_entry.ts";
import { toRunMetadata } from "../../src/protocol/run_metadata.ts";
import type { ApiPlan, EventPlan } from "../plan/plan.ts";
import type { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";

/** What it knows of a resource. */
interface StoredResource {
  readonly id: string;
  readonly name: string;
  readonly resource: string;
  currentRun: string;
  deletionRun: string | undefined;
}

/** An event as it is to be published. */
export interface ApiEvent {
  readonly event: string;
  readonly payload: string;
}

/** The API server of a schedule. */
export class ApiServer {
  readonly #world: World;
  readonly #plan: ApiPlan;
  readonly #resources = new Map<string, StoredResource>();
  /** Since when a run is not wanted any more. */
  readonly #supersededAt = new Map<string, number>();
  /** The runs of each resource that is there. */
  readonly #runs = new Map<StoredResource, string[]>();
  /** Lines of runs' logs, as the broker has taken them. */
  readonly #lines = new Map<string, LogEntry[]>();

  constructor(world: World, plan: ApiPlan) {
    this.#world = world;
    this.#plan = plan;
  }

  /** Creates, updates or begins to delete the resource of an event. */
  change({ id, type, resource: name, change }: EventPlan, runId: string): ApiEvent {
    const key = `${type}/${name}`;
    let found = this.#resources.get(key);
    const event = found ? change ?? "update" : "create";
    if (!found) {
      const newId = String(id).padStart(24, "0");
      found = { id: newId, name, resource: type, currentRun: runId, deletionRun: undefined };
      this.#resources.set(key, found);
      this.#runs.set(found, []);
    }
    for (const earlier of this.#runs.get(found)!) this.#supersede(earlier);
    this.#runs.get(found)!.push(runId);
    if (found.deletionRun !== undefined) this.#supersede(runId); // Nothing stops a deletion.
    found.currentRun = runId;
    if (event === "delete") found.deletionRun ??= runId;
    this.#world.say(() => `event ${id} is "${event}" of ${key}`);
    return { event, payload: JSON.stringify(toWire(found)) };
  }

  /** The engine has taken a result: that of a deletion removes the resource. */
  resultTaken(runId: string, success: boolean): void {
    for (const [key, found] of this.#resources) {
      if (found.deletionRun !== runId || !success) continue;
      this.#resources.delete(key);
      for (const run of this.#runs.get(found)!) this.#supersede(run);
    }
  }

  /** Since when a run is not wanted any more; `undefined` when it is. */
  supersededAt(runId: string): number | undefined {
    return this.#supersededAt.get(runId);
  }

  /** The broker has taken a line of a run's log. */
  logged(data: Uint8Array): void {
    const wire = JSON.parse(new TextDecoder().decode(data));
    const line = { ...readLogEntry(wire), runId: wire.runid };
    this.#lines.set(wire.runid, [...this.#lines.get(wire.runid) ?? [], line]);
  }

  /** A process's client of this server, as far as managers use it. */
  clientOf(owner: Owner): Client {
    const answer = <T>(signal: AbortSignal | undefined, value: () => T) =>
      new Promise<T>((resolve, reject) => {
        const onAbort = () => reject(signal?.reason);
        signal?.addEventListener("abort", onAbort);
        const { now, random } = this.#world;
        const { downFrom, downUntil, hangs } = this.#plan;
        const isDown = now >= downFrom && now < downUntil;
        if (isDown && hangs) return;
        this.#world.after(1 + random.next() * 20, () => {
          signal?.removeEventListener("abort", onAbort);
          if (isDown) return reject(Object.assign(new Error("refused"), { code: "connection" }));
          try {
            resolve(value());
          } catch (error) {
            reject(error);
          }
        }, owner);
      });
    const client: Partial<Client> = {
      getApiUrl: () => "http://server:8080",
      getResource:
        ((name: string, type: string, options?: { signal?: AbortSignal }) =>
          answer(options?.signal, () => {
            const found = this.#plan.isAnother ? undefined : this.#resources.get(`${type}/${name}`);
            if (found) return toWire(found);
            throw Object.assign(new Error("not found"), { code: "not-found" });
          })) as Client["getResource"],
      listLogs: ((filter?: { runId?: string }, options?: { signal?: AbortSignal }) =>
        answer(
          options?.signal,
          () => this.#plan.isAnother ? [] : this.#lines.get(filter?.runId ?? "") ?? [],
        )) as Client["listLogs"],
    };
    return client as Client;
  }

  #supersede(runId: string): void {
    if (!this.#supersededAt.has(runId)) this.#supersededAt.set(runId, this.#world.now);
  }
}

function toWire({ id, name, resource, currentRun, deletionRun }: StoredResource) {
  const deleting = deletionRun !== undefined;
  return {
    id,
    name,
    resource,
    pipeline: "ship",
    metadata: {
      driverresults: { earlier: { success: true, message: "", data: null, driver: "earlier" } },
      ...toRunMetadata({
        runId: currentRun,
        ...(deleting && { deleting, deletionRunId: deletionRun }),
      }),
    },
    spec: {},
  };
}
