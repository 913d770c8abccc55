import { expect, it } from "vitest";
import { Metrics } from "../../src/telemetry/registry.ts";

it("writes counters by their labels, and gauges as they are when it writes", () => {
  const metrics = new Metrics();
  const count = metrics.counter("requests_total", "Requests.");
  const countPlain = metrics.counter("starts_total", "Starts.");
  let size = 1;
  metrics.gauge("entries", "Entries.", () => size);
  count({ route: "/a", status: 200 });
  count({ route: "/b", status: 200 });
  count({ route: "/a", status: 200 });
  countPlain();
  size = 7;
  expect(metrics.text()).toBe([
    "# HELP requests_total Requests.",
    "# TYPE requests_total counter",
    `requests_total{route="/a",status="200"} 2`,
    `requests_total{route="/b",status="200"} 1`,
    "# HELP starts_total Starts.",
    "# TYPE starts_total counter",
    "starts_total 1",
    "# HELP entries Entries.",
    "# TYPE entries gauge",
    "entries 7\n",
  ].join("\n"));
});

it("escapes quotes, backslashes and line breaks in labels, and nothing else", () => {
  const metrics = new Metrics();
  metrics.counter("odd_total", "Odd.")({ label: 'a"b\\c\nd\te' });
  expect(metrics.text().split("\n")[2]).toBe('odd_total{label="a\\"b\\\\c\\nd\te"} 1');
});
