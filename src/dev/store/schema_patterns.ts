/** Lets a validator match a schema's patterns in linear time. @module */

import { format as formats } from "@cfworker/json-schema";
import { isObject, type JsonObject } from "../../encoding/json.ts";
import { LinearPattern } from "./linear_pattern.ts";

/** Keywords whose values hold schemas by names. */
const MAPS = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
]);
/** Keywords whose values are data. */
const DATA = new Set(["const", "enum", "default", "examples"]);

/** Calls `visit` with each schema in a schema. */
export function visitSchemas(schema: unknown, visit: (node: JsonObject) => void): void {
  if (Array.isArray(schema)) return schema.forEach((item) => visitSchemas(item, visit));
  if (!isObject(schema)) return;
  visit(schema);
  for (const [keyword, value] of Object.entries(schema)) {
    if (DATA.has(keyword)) continue;
    const inner = MAPS.has(keyword) && isObject(value) ? Object.values(value) : value;
    visitSchemas(inner, visit);
  }
}

/**
 * Calls `check` while the schema's patterns are matched by automatons: its own engine may take exponential time, which blocks the
 * process. The schema is changed: each `pattern` becomes a format, and each of the `patternProperties` a list of the names in
 * `spec` that it matches.
 */
export function withLinearPatterns<T>(schema: unknown, spec: unknown, check: () => T): T {
  const added = new Set<string>();
  const names = namesIn(spec);
  try {
    visitSchemas(schema, (node) => {
      const { pattern, patternProperties, allOf } = node;
      if (typeof pattern === "string") {
        const format = `pattern ${pattern}`;
        const compiled = new LinearPattern(pattern);
        formats[format] = (text: string) => compiled.test(text);
        added.add(format);
        delete node["pattern"];
        node["allOf"] = [...Array.isArray(allOf) ? allOf : [], { format }];
      }
      if (isObject(patternProperties)) node["patternProperties"] = listed(patternProperties, names);
    });
    return check();
  } finally {
    for (const format of added) delete formats[format];
  }
}

function listed(patterns: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(patterns).map(([source, schema], index) => {
      const pattern = new LinearPattern(source);
      const matched = [...names].filter((name) => pattern.test(name)).map(literally);
      // The number keeps patterns that match the same names apart.
      return [`^(?:${matched.join("|") || "(?!)"})$(?:){${index}}`, schema];
    }),
  );
}

function literally(name: string): string {
  return name.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&");
}

/** Returns all names of members in a value. */
function namesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  const open = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (Array.isArray(each)) { for (const item of each) open.push(item); }
    else if (isObject(each)) {
      for (const [name, member] of Object.entries(each)) {
        names.add(name);
        open.push(member);
      }
    }
  }
  return names;
}
