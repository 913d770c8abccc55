/** Plots as SVG, made by Vega-Lite. @module */

import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** One point of a line. */
export interface Point {
  readonly name: string;
  readonly x: number;
  readonly rate: number;
}

/** Draws rates as one line a name. */
export async function plotRates(
  points: readonly Point[],
  xTitle: string,
): Promise<string> {
  const ticks = [...new Set(points.map(({ x }) => x))];
  const spec: TopLevelSpec = {
    width: 560,
    height: 280,
    background: "white",
    data: { values: points.map((point) => ({ ...point })) },
    mark: { type: "line", point: true },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: xTitle,
        scale: { type: "log", base: 2 },
        axis: { values: ticks, format: "d" },
      },
      y: { field: "rate", type: "quantitative", title: "jobs a second" },
      color: { field: "name", type: "nominal", title: null, sort: null },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
