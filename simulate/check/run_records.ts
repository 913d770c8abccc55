/** The runs of a schedule, and how each is found. */

import type { RunRef } from "../../src/manager/events.ts";
import type { SimulatedServer } from "../server/server.ts";
import { newRunRecord, type RunRecord } from "./run_record.ts";

/** The runs of a schedule. */
export class RunRecords {
  readonly all: RunRecord[] = [];
  /** Set once the server is made. */
  server!: SimulatedServer;

  /** Finds a run by its id. */
  find(driver: string, runId: string): RunRecord | undefined {
    return this.all.find((run) => run.runId === runId && run.driver === driver);
  }

  /** Finds a run that the manager names. */
  ofRef({ driver, runId, messageId }: RunRef): RunRecord | undefined {
    return this.all.find((run) =>
      run.driver === driver && run.runId === runId && run.messageId === messageId
    );
  }

  /** Finds a run by its message. */
  at(driver: string, sequence: number): RunRecord | undefined {
    const stream = this.server.broker.stream("messages");
    return this.all.find((run) =>
      run.stream === stream && run.sequence === sequence && run.driver === driver
    );
  }

  /**
   * Finds the run that is delivered. A consumer that was created later also delivers what was published before, as long as it is
   * in the stream.
   */
  delivered(driver: string, sequence: number): RunRecord | undefined {
    const known = this.at(driver, sequence);
    if (known) return known;
    const stream = this.server.broker.stream("messages");
    const other = this.all.find((run) => run.stream === stream && run.sequence === sequence);
    if (!other) return undefined;
    const run = newRunRecord({ ...other, driver });
    this.all.push(run);
    return run;
  }

  /** Finds the run of a record in the journal. */
  ofRecord(subject: string): RunRecord | undefined {
    return this.all.find((run) =>
      subject.includes(run.runId) && subject.includes(`.${run.driver}.`)
    );
  }
}
