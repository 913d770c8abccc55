/** Stacks show the user's frames: those of this package are folded. @module */

/** A frame of this package, as npm, JSR and Deno's cache name it. */
const OWN_FRAME = /^\s*(?:at|@).*(?:@conveyor[\\/]driver|conveyor__driver)(?:@[^\\/]*)?[\\/]/;

/** Replaces frames of this package in a row by their number. */
export function foldStack(stack: string): string {
  if (!stack.includes("conveyor")) return stack;
  const lines: string[] = [];
  let folded = 0;
  const report = () => {
    if (folded > 0) lines.push(`    … ${folded} of @conveyor/driver`);
    folded = 0;
  };
  for (const line of stack.split("\n")) {
    if (OWN_FRAME.test(line)) folded++;
    else {
      report();
      lines.push(line);
    }
  }
  report();
  return lines.join("\n");
}
