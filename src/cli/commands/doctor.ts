/** `doctor`: finds what keeps drivers from working. @module */

import { API_OPTIONS, credentialsOf } from "../api/connect.ts";
import type { Command } from "../command.ts";
import { checkApi } from "../doctor/api_checks.ts";
import { checkCredentials } from "../doctor/credentials_checks.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkNats } from "../doctor/nats_checks.ts";
import { checkRuntime } from "../doctor/runtime_checks.ts";
import { EXIT } from "../exit_codes.ts";
import { driverPaths, importDrivers } from "../files/driver_files.ts";
import { importOnce } from "../files/import_once.ts";
import type { Terminal } from "../terminal.ts";

/** `conveyor-driver doctor`. */
export const doctor: Command = {
  name: "doctor",
  arguments: "[DRIVER_FILE...]",
  completes: "files",
  summary:
    "Check versions, credentials, API server, NATS, streams, consumers, permissions and clocks",
  details:
    "Says what to do about each fault. With driver files, it also checks the consumers of their drivers. It stores nothing, and\n" +
    "creates nothing. The exit code is 1 when there is a fault.",
  options: {
    servers: {
      type: "string",
      value: "URL,…",
      help: "The NATS servers [NATS_URL, or nats://localhost:4222]",
    },
    timeout: { type: "string", value: "SECONDS", help: "How long each server may take [5]" },
    ...API_OPTIONS,
  },
  examples: [
    ["", "everything that the environment names"],
    ["driver.js --json", "with a driver's consumer, for a script"],
  ],
  async run({ positionals, values, terminal }) {
    const timeoutMs = (values.number("timeout", 0.1) ?? 5) * 1000;
    const paths = positionals.length > 0 ? driverPaths(positionals) : [];
    const drivers = await importDrivers(paths, importOnce, terminal.error);
    const credentials = credentialsOf(values);
    const [url, servers] = ["url", "servers"].map(values.text);
    const findings: Finding[] = [];
    const report = (found: readonly Finding[]) => {
      for (const finding of found) show(terminal, finding);
      findings.push(...found);
    };
    report(checkRuntime());
    report(checkCredentials(credentials));
    report(await checkApi({ url, credentials, timeoutMs }));
    report(await checkNats({ servers, credentials, drivers, timeoutMs }));
    const count = (status: Finding["status"]) =>
      findings.filter((finding) => finding.status === status).length;
    const [faults, warnings] = [count("fault"), count("warning")];
    terminal.value({ type: "summary", faults, warnings }, () => {
      const { good, bad, bold } = terminal.palette;
      const text = faults === 0 ? good("no fault") : bad(`${faults} fault${faults > 1 ? "s" : ""}`);
      return `\n${bold(text)}${
        warnings > 0 ? `, ${warnings} warning${warnings > 1 ? "s" : ""}` : ""
      }`;
    });
    return faults === 0 ? EXIT.ok : EXIT.failed;
  },
};

function show(terminal: Terminal, finding: Finding): void {
  const { good, bad, warn, dim } = terminal.palette;
  const marks = { ok: good("✓"), warning: warn("!"), fault: bad("✗") };
  terminal.value({ type: "finding", ...finding }, () => {
    const { check, status, detail, fix } = finding;
    const line = `${marks[status]} ${check.padEnd(14)} ${detail}`;
    return fix === undefined ? line : `${line}\n  ${dim(`${" ".repeat(14)} → ${fix}`)}`;
  });
}
