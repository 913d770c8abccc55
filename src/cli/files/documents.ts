/** The documents of a JSON or YAML file. @module */

import { messageOf } from "../../errors.ts";
import { UsageError } from "../usage_error.ts";
import { readTextFile } from "./text_file.ts";

/** A document, and where it is. */
export interface FileDocument {
  readonly value: unknown;
  /** The file, and the document's place in it where it has several. */
  readonly where: string;
}

/**
 * Reads the documents of a file: the parts of a YAML file between `---`, or the elements of a list. A file named `.json` is JSON;
 * any other is YAML, of which JSON is a part.
 *
 * @throws {UsageError} it cannot be read, or is neither.
 */
export async function readDocuments(path: string): Promise<FileDocument[]> {
  const text = await readTextFile(path);
  const values = (path.endsWith(".json") ? [parseJson(path, text)] : await parseYaml(path, text))
    .flat()
    .filter((value) => value !== null && value !== undefined);
  if (values.length === 0) throw new UsageError(`${path} is empty`);
  return values.map((value, index) => ({
    value,
    where: values.length === 1 ? path : `${path}, document ${index + 1}`,
  }));
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

async function parseYaml(path: string, text: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import("yaml");
  const documents = [...parseAllDocuments(text)];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`${path} is not YAML: ${error.message.trim()}`);
    return document.toJS();
  });
}
