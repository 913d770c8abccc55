/** Completion of zsh. @module */

import type { CommandOption } from "../options.ts";
import type { CommandWords } from "./words.ts";

/** Writes the script of zsh. */
export function zshScript(program: string, commands: readonly CommandWords[]): string {
  const cases = commands.map(({ name, options, words, files }) => {
    const rest = files
      ? ["'*:file:_files'"]
      : words.length > 0
      ? [`'1:what:(${words.join(" ")})'`]
      : [];
    const lines = [...options.map(([option, about]) => optionSpec(option, about)), ...rest];
    return `    ${name})\n      _arguments ${lines.join(" \\\n        ")} ;;`;
  });
  const names = commands.map(({ name, summary }) => `    '${name}:${escaped(summary)}'`);
  return `#compdef ${program}
# ${program} completion zsh: put 'eval "$(${program} completion zsh)"' into ~/.zshrc, after compinit
_conveyor_driver() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _conveyor_driver ${program}
`;
}

function optionSpec(
  option: string,
  { type, help, choices, value = "value", multiple }: CommandOption,
): string {
  const repeat = multiple ? "*" : "";
  const action = choices
    ? `:${escaped(value)}:(${choices.join(" ")})`
    : type === "string"
    ? `:${escaped(value)}:_files`
    : "";
  return `'${repeat}${option}[${escaped(help)}]${action}'`;
}

/** Without what ends a specification. */
function escaped(text: string): string {
  return text.replaceAll("'", "").replaceAll(/[[\]:]/g, "\\$&");
}
