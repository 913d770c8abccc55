/** `completion`: writes the script by which a shell completes commands. @module */

import type { Command } from "../command.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { wordsOf } from "../completion/words.ts";
import { zshScript } from "../completion/zsh.ts";
import { EXIT } from "../exit_codes.ts";
import { PROGRAM } from "../output/help.ts";
import { UsageError } from "../usage_error.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `conveyor-driver completion`. */
export const completion: Command = {
  name: "completion",
  arguments: "bash|zsh|fish",
  completes: Object.keys(SCRIPTS),
  summary: "Write the script by which a shell completes commands and options",
  options: {},
  examples: [
    [`bash >> ~/.bashrc`, "bash"],
    [`zsh >> ~/.zshrc`, "zsh, after compinit"],
    [`fish > ~/.config/fish/completions/${PROGRAM}.fish`, "fish"],
  ],
  run({ positionals: [shell = "", ...others], commands, terminal }) {
    const script = SCRIPTS[shell as keyof typeof SCRIPTS];
    if (!Object.hasOwn(SCRIPTS, shell) || others.length > 0) {
      throw new UsageError(`name one shell: ${Object.keys(SCRIPTS).join(", ")}`);
    }
    const text = script(PROGRAM, wordsOf(commands));
    if (terminal.json) terminal.line(JSON.stringify({ shell, script: text }));
    else terminal.write(text);
    return Promise.resolve(EXIT.ok);
  },
};
