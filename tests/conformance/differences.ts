import { expect } from "vitest";

interface Difference {
  readonly what: string;
  readonly page: string;
  readonly server: string;
}

/** Collects where a server differs from the protocol page, in points that the page calls odd or leaves open. */
export class Differences {
  readonly #live: boolean;
  readonly #found: Difference[] = [];
  #compared = 0;

  constructor(live: boolean) {
    this.#live = live;
  }

  /**
   * Compares the page with the server. The embedded server must not differ. A difference of a live server is reported.
   */
  compare(what: string, page: unknown, server: unknown): void {
    this.#compared += 1;
    if (!this.#live) return expect(server, what).toEqual(page);
    const [said, done] = [JSON.stringify(page), JSON.stringify(server)];
    if (said !== done) this.#found.push({ what, page: said, server: done });
  }

  /** Renders the differences as a table. */
  report(): string {
    const title =
      `${this.#compared} oddities compared with the protocol page, ${this.#found.length} differ`;
    if (this.#found.length === 0) return title;
    const rows = [
      { what: "what", page: "the page says", server: "the server did" },
      ...this.#found,
    ];
    const width = (key: keyof Difference) => Math.max(...rows.map((row) => row[key].length));
    const widths = { what: width("what"), page: width("page") };
    const lines = rows.map(({ what, page, server }) =>
      `  ${what.padEnd(widths.what)}  ${page.padEnd(widths.page)}  ${server}`
    );
    return [title, ...lines].join("\n");
  }
}
