import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/program.ts";

const FILE = `${ROOT}tests/types/snippet.ts`;

/** What the compiler says about drivers whose reconcile is one of these, in order. */
function messagesOf(reconciles: readonly string[]): string[] {
  const lines = reconciles.map((reconcile) =>
    `createDriver({ name: "deploy", resources: ["workflow"], ${reconcile} });`
  );
  const text = [`import { createDriver } from "../../mod.ts";`, ...lines].join("\n");
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.tests.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => path === FILE || fileExists(path);
  host.readFile = (path) => path === FILE ? text : readFile(path);
  host.getSourceFile = (path, version, ...rest) =>
    path === FILE
      ? ts.createSourceFile(path, text, version)
      : getSourceFile.call(host, path, version, ...rest);
  const program = ts.createProgram([FILE], { ...options, noUnusedParameters: false }, host);
  const source = program.getSourceFile(FILE)!;
  return program.getSemanticDiagnostics(source)
    .filter(({ code }) => code !== IMPLICIT_ANY)
    .map(({ start = 0, messageText }) =>
      `${source.getLineAndCharacterOfPosition(start).line}: ` +
      ts.flattenDiagnosticMessageText(messageText, " ")
    );
}

/** The compiler reads the libraries of all of the project, beside other tests. */
const COMPILER_MS = 120_000;
/** Follows from the error that is looked for. */
const IMPLICIT_ANY = 7006;

describe("the compiler's messages", () => {
  it("say what is wrong with a reconcile", () => {
    expect(messagesOf([
      `reconcile: ({ resource }) => ({ success: true, message: resource.name })`,
      `reconcile: () => ({ succes: true })`,
      `async reconcile() { return { success: "yes" }; }`,
      `reconcile: (payload: string, event: string, driverName: string, logger: unknown) => {}`,
      `reconcile(payload, event, driverName, logger) {}`,
    ])).toEqual([
      expect.stringMatching(
        /^2: Type '\{ succes: boolean; \}' is not assignable to type '.*ReconcileResult<unknown>/,
      ),
      expect.stringMatching(
        /^3: .*Types of property 'success' are incompatible.*'string' is not assignable to type 'boolean'/,
      ),
      ...[4, 5].map((line) =>
        expect.stringMatching(
          new RegExp(
            `^${line}: .*not assignable to type 'Reconcile<unknown, unknown, EarlierResults>'.*` +
              "Target signature provides too few arguments. Expected 4 or more, but got 1",
          ),
        )
      ),
    ]);
  }, COMPILER_MS);
});
