/** Bugs that the simulator has found, put back. */

import type { Mutant } from "./mutant.ts";

const JOURNAL = "src/manager/session/outcome_journal.ts";

/** Bugs that the simulator has found, put back. */
export const FOUND_MUTANTS: readonly Mutant[] = [
  {
    name: "sleep-not-seen",
    what: "the time for which the host slept does not count as the age of a lease",
    shows: ["two-leases", "double"],
    file: "src/async/sleep_clock.ts",
    find: "    if (sleptMs > TOLERATED_MS + passedMs / 1000) this.#slept(now, sleptMs, true);",
    replace: "",
    also: [{
      file: "src/async/sleep_clock.ts",
      find: "    if (leastMs > toleratedMs + knownMs) ",
      replace: "    if (leastMs > Infinity) ",
    }],
  },
  {
    name: "not-stored-again",
    what: "a result whose confirmation was lost waits for its redelivery",
    shows: ["double"],
    file: "src/manager/settlement/settle.ts",
    find: "if (!refused) {",
    replace: "if (!refused && !error) {",
  },
  {
    name: "record-lost-behind-result",
    what: "a record that a broken connection may have lost is not sent again",
    shows: ["double"],
    file: JOURNAL,
    find: "      else if (sent && available) this.#connection.publish(subject, record);\n",
    replace: "",
  },
  {
    name: "no-record-after-outage",
    what: "a result that is stored after an outage has no record",
    shows: ["double"],
    file: JOURNAL,
    find: "    if (unsent && this.#bucket.available) this.#record({ ...unsent, sent: true });",
    replace: "",
    also: [{
      file: "src/manager/settlement/store_late.ts",
      find: "        run.session.journal?.sent(run.key, outcome); //",
      replace: "        //",
    }],
  },
  {
    name: "superseded-in-silence",
    what: "an event is dropped on the word of any server",
    shows: ["acked-before-result"],
    file: "src/manager/staleness/server_proof.ts",
    find: "    if (now - this.#provenAt < PROOF_MS) return true;",
    replace: "    if (now > -1) return true;",
  },
  {
    name: "superseded-not-asked",
    what: "nobody asks whether an event is still wanted",
    shows: ["unwanted"],
    file: "src/manager/staleness/staleness.ts",
    find: "    return this.#mayBeStale(run) ? this.#ask(run) : undefined;",
    replace: "    return this.#mayBeStale(run) && run.attempt > 9 ? this.#ask(run) : undefined;",
    also: [{
      file: "src/manager/staleness/staleness.ts",
      find: "    const next = [...runs].filter(({ attempting }) => attempting)",
      replace:
        "    const next = [...runs].filter(({ attempting }) => attempting && askedAt === undefined)",
    }],
  },
];
