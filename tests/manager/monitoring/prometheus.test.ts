import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { memorySink } from "@conveyor/driver/logging";
import { beforeAll, describe, expect, it } from "vitest";
import { createCatalogue } from "../../../src/manager/monitoring/catalogue.ts";
import { Meters } from "../../../src/manager/meters.ts";
import { prometheusName } from "../../../src/telemetry/instruments.ts";
import {
  findPrometheus,
  type PrometheusPrograms,
  promtool,
  startPrometheus,
} from "../../support/prometheus.ts";
import { until } from "../../transport/support/world.ts";
import { openWorld } from "../support/world.ts";

const path = (name: string) => fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), "utf8");

/** Every query of the dashboard, with its variables filled in. */
const queries = [...read("grafana_dashboard.json").matchAll(/"expr": (".*"),?\n/g)]
  .map(([, text = ""]) => JSON.parse(text) as string)
  .map((query) => query.replaceAll("$driver", ".*").replaceAll("$__rate_interval", "1m"));

/** Every expression of the alert rules, on one line. */
const alerts = [
  ...read("prometheus_alerts.yml").matchAll(/ expr: (?:>-\n)?([^]*?)\n +(?:for|labels):/g),
]
  .map(([, text = ""]) => text.replace(/\s+/g, " ").trim());

/** The names of the catalogue, as Prometheus has them. */
function knownNames(): Set<string> {
  const stats = () => ({ state: "idle", server: "", protocol: undefined, sinks: {}, drivers: {} });
  const { instruments } = createCatalogue({
    meters: new Meters(),
    stats,
    journal: () => undefined,
    consumers: () => Promise.resolve(new Map()),
  });
  return new Set(
    instruments.flatMap((instrument) => {
      const name = prometheusName(instrument);
      return instrument.kind === "histogram" ? [`${name}_bucket`] : [name];
    }),
  );
}

describe("the dashboard and the alerts", () => {
  it("ask for metrics that there are, and for each of them", () => {
    const known = knownNames();
    const asked = [...queries, ...alerts].flatMap((query) =>
      query.match(/conveyor_driver_\w+/g) ?? []
    );
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    known.delete("conveyor_driver_info");
    known.delete("conveyor_driver_deliveries_received_total");
    known.delete("conveyor_driver_events_emitted_total");
    expect([...known].filter((name) => !asked.includes(name))).toEqual([]);
    expect([queries.length > 20, alerts.length]).toEqual([true, 7]);
  });
});

describe("a real Prometheus", () => {
  let found: PrometheusPrograms;
  beforeAll(async () => {
    found = await findPrometheus();
  }, 600_000);

  it("accepts the metrics, and runs every query of the dashboard and the alerts", async () => {
    const world = await openWorld("nats-server");
    const manager = await world.start({
      reconcile: ({ resource }) => ({ success: resource.name === "good" }),
    }, { observability: { port: 0 }, sinks: [memorySink()], runLog: "all" });
    await world.send({ name: "good" });
    await world.send({ name: "bad" });
    await world.results.first(2);
    const text = await (await manager.handler(new Request("http://x/metrics"))).text();
    expect(await promtool(found.promtool, ["check", "metrics"], text)).toBe("");
    expect(await promtool(found.promtool, ["check", "rules", path("prometheus_alerts.yml")]))
      .toBe("");
    const serving = await world.events.find((event) => event.type === "serving");
    const target = new URL((serving as { url: string }).url).host;
    await using prometheus = await startPrometheus(found.prometheus, target);
    const scraped = async () =>
      (await prometheus.query("count_over_time(conveyor_driver_ready[1m])").catch(() => []))
        .map(({ value }) => Number(value[1]))[0] ?? 0;
    await until(scraped, (count) => count >= 3);
    for (const query of queries) {
      const series = async () => (await prometheus.query(query)).length;
      // A client that has sent no request has no series.
      if (query.includes("client_requests")) expect(await series()).toBe(0);
      else await until(series, (count) => count > 0);
    }
    for (const alert of alerts) expect(await prometheus.query(alert)).toEqual([]);
    const ended = "sum by (outcome) (conveyor_driver_deliveries_ended_total) > 0";
    expect(
      (await prometheus.query(ended)).map(({ metric, value }) => [metric["outcome"], value[1]]),
    )
      .toEqual([["failed", "1"], ["succeeded", "1"]]);
  });
});
