import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBlocks } from "../support/document_blocks.ts";
import { ROOT } from "../support/program.ts";
import { findChromium } from "./support/chromium.ts";
import { openPage, type Page } from "./support/page.ts";
import { serveFolder } from "./support/static_server.ts";

const SITE = join(ROOT, "site");
let files: string[];
let server: Awaited<ReturnType<typeof serveFolder>>;
let page: Page;

beforeAll(async () => {
  if (!existsSync(join(SITE, "index.html"))) {
    throw new Error(
      "there is no site: run `npm run site` first, or `npm run test:site`, which does",
    );
  }
  files = (await readdir(SITE, { recursive: true })).filter((path) => path.endsWith(".html"))
    .sort();
  server = await serveFolder(SITE);
  const browser = await findChromium();
  console.log(`the site is opened in ${browser.version}`);
  page = await openPage(browser);
});
afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** The documents and the entries: pages of all kinds, without one for each name. */
const mainPages = () => files.filter((path) => /^(?:documents|modules)\/|^[^/]+$/.test(path));

/** Waits in the page until an expression is true. */
const until = (expression: string) =>
  page.evaluate(`new Promise((resolve) => {
    const look = () => (${expression}) && (observer.disconnect(), resolve(true));
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    look();
  })`);

describe("the site", () => {
  it("has a page for each document and each entry", async () => {
    const titles = await Promise.all(
      mainPages().map(async (path) =>
        /<title>(.*?)(?: \| .*)?<\/title>/.exec(await readFile(join(SITE, path), "utf8"))?.[1]
      ),
    );
    const { exports } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
    const entries = Object.keys(exports).map((entry) => entry.replace(".", "@conveyor/driver"));
    expect(titles).toEqual(expect.arrayContaining([...entries, "Tutorial", "Deployment"]));
    const documents = (await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md"));
    expect(files.filter((path) => path.startsWith("documents/"))).toHaveLength(documents.length);
  });

  it("has no broken link", async () => {
    const pages = new Map(
      await Promise.all(
        files.map(async (path) => [path, await readFile(join(SITE, path), "utf8")] as const),
      ),
    );
    const anchors = new Map(
      [...pages].map(([path, html]) =>
        [path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))] as const
      ),
    );
    const broken = [...pages].flatMap(([path, html]) =>
      [...html.matchAll(/\s(?:href|src)="(?!https?:|mailto:|data:)([^"]+)"/g)].filter(
        ([, target = ""]) => {
          const [file = "", anchor] = target.replaceAll("&amp;", "&").split("#");
          const full = file === "" ? path : relative(SITE, join(SITE, dirname(path), file));
          if (!existsSync(join(SITE, decodeURIComponent(full)))) return true;
          return anchor && pages.has(full) && !anchors.get(full)?.has(decodeURIComponent(anchor));
        },
      ).map(([, target]) => `${path}: ${target}`)
    );
    expect(broken).toEqual([]);
  });

  it("opens in a browser, page by page, without an error", async () => {
    expect(mainPages().length).toBeGreaterThan(30);
    for (const path of mainPages()) {
      await page.open(server.url + path);
      await until(
        `document.readyState === "complete" && document.querySelector("main, .col-content")`,
      );
      expect(page.problems, path).toEqual([]);
    }
  });

  it.each([
    ["a name of the API", "createDriverManager", "createDriverManager"],
    ["a word of a document", "TimeoutStopSec", "Deployment"],
  ])("finds %s, and leads to it", async (_, words, title) => {
    await page.open(server.url);
    await page.evaluate(`document.querySelector("#tsd-search-trigger").click()`);
    await until(`document.querySelector("#tsd-search-input")?.offsetParent !== null`);
    await page.evaluate(`(() => {
      const input = document.querySelector("#tsd-search-input");
      input.value = "${words}";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    })()`);
    await until(`document.querySelector("#tsd-search-results a")`);
    const first = await page.evaluate<string>(
      `document.querySelector("#tsd-search-results a").getAttribute("href")`,
    );
    await page.open(new URL(first, server.url).href);
    expect(await page.evaluate<string>("document.title")).toContain(title);
    expect(page.problems).toEqual([]);
  });

  it("draws every diagram", async () => {
    const document = await readFile(join(ROOT, "docs/architecture.md"), "utf8");
    const diagrams = readBlocks(document).filter(({ language }) => language === "mermaid");
    expect(diagrams.length).toBeGreaterThan(3);
    const path = files.find((file) => /documents\/.*architecture/i.test(file))!;
    await page.open(server.url + path);
    await until(`document.querySelectorAll("figure svg").length >= ${diagrams.length}`);
    const text = await page.evaluate<string>(`document.querySelector(".col-content").innerText`);
    expect(text).not.toContain("Syntax error");
    expect(page.problems).toEqual([]);
  });
});
