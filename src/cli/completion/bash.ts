/** Completion of bash. @module */

import type { CommandWords } from "./words.ts";

/** Writes the script of bash. */
export function bashScript(program: string, commands: readonly CommandWords[]): string {
  const cases = commands.map(({ name, options, words, files }) => {
    const choices = options.flatMap(([option, { choices }]) =>
      choices ? [`      ${option}) words="${choices.join(" ")}" files="" ;;`] : []
    );
    const valued = options.filter(([, { type, choices }]) => type === "string" && !choices);
    const all = [...options.map(([option]) => option), ...words].join(" ");
    return [
      `    ${name})`,
      `      words="${all}"`,
      `      files=${files ? "1" : ""}`,
      `      case "$before" in`,
      ...choices,
      ...(valued.length === 0
        ? []
        : [`      ${valued.map(([option]) => option).join("|")}) words="" files=1 ;;`]),
      "      esac ;;",
    ].join("\n");
  });
  return `# ${program} completion bash: put 'eval "$(${program} completion bash)"' into ~/.bashrc
_conveyor_driver() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" files=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(" ")} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [ -n "$files" ] && [ "\${word#-}" = "$word" ]; then
    COMPREPLY+=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _conveyor_driver ${program}
`;
}
