import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { startProgram } from "../../support/program.ts";
import type { Browser } from "./chromium.ts";

/** A page of a headless browser. Disposing of it ends the browser. */
export interface Page extends AsyncDisposable {
  /** What went wrong since the last {@linkcode open}: exceptions, errors on the console, failed requests. */
  readonly problems: readonly string[];
  /** Opens an address, and resolves when it has loaded. */
  open(url: string): Promise<void>;
  /** Runs an expression in the page, and resolves with its value; of a promise, with what it fulfils with. */
  evaluate<Value>(expression: string): Promise<Value>;
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** Starts a browser, and drives one page of it by the DevTools protocol. */
export async function openPage({ path, env }: Browser): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), "conveyor-browser-"));
  const program = startProgram(path, [
    "--headless",
    "--no-sandbox", // Containers and CI run as root, which the sandbox refuses. It opens our own pages alone.
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ], { env });
  await program.saw("DevTools listening on ");
  await program.saw("\n", program.output.indexOf("DevTools listening on "));
  const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(program.output) ?? [];
  const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json() as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets.find(({ type }) => type === "page")!.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));

  const problems: string[] = [];
  const pending = new Map<number, (message: Message) => void>();
  let loaded = () => {};
  let calls = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) pending.get(message.id)?.(message);
    if (message.method === "Page.loadEventFired") loaded();
    const problem = problemOf(message);
    if (problem) problems.push(problem);
  });
  const call = async (method: string, params = {}) => {
    const id = ++calls;
    const answer = new Promise<Message>((resolve) => pending.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { result = {}, error } = await answer;
    pending.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(`${domain}.enable`);

  return {
    problems,
    async open(url) {
      problems.length = 0;
      const load = new Promise<void>((resolve) => loaded = resolve);
      const { errorText } = await call("Page.navigate", { url });
      if (errorText) throw new Error(`${url}: ${errorText}`);
      await load;
    },
    async evaluate<Value>(expression: string) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await call("Runtime.evaluate", options) as {
        result: { value: Value };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      };
      if (exceptionDetails) {
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      }
      return result.value;
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await program[Symbol.asyncDispose]();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a message of the browser says went wrong, if it does. */
function problemOf({ method, params = {} }: Message): string | undefined {
  const { type, entry, response, errorText, exceptionDetails } = params as {
    type?: string;
    entry?: { level: string; text: string; url?: string };
    response?: { status: number; url: string };
    errorText?: string;
    exceptionDetails?: unknown;
  };
  if (method === "Runtime.exceptionThrown") return JSON.stringify(exceptionDetails);
  if (method === "Runtime.consoleAPICalled" && (type === "error" || type === "warning")) {
    return JSON.stringify(params);
  }
  if (method === "Log.entryAdded" && entry?.level === "error") return `${entry.text} ${entry.url}`;
  if (method === "Network.loadingFailed") return `a request failed: ${errorText}`;
  if (method === "Network.responseReceived" && response && response.status >= 400) {
    return `${response.status} for ${response.url}`;
  }
  return undefined;
}
