/** Completion of fish. @module */

import type { CommandWords } from "./words.ts";

/** Writes the script of fish. */
export function fishScript(program: string, commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, summary, options, words, files }) => {
    const inside = `complete -c ${program} -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(files ? [`${inside} -F`] : []),
      ...(words.length > 0 ? [`${inside} -a ${quoted(words.join(" "))}`] : []),
      ...options.map(([option, { type, short, choices, help }]) =>
        [
          inside,
          `-l ${option.slice(2)}`,
          ...(short === undefined ? [] : [`-s ${short}`]),
          ...(choices ? [`-x -a ${quoted(choices.join(" "))}`] : type === "string" ? ["-r"] : []),
          `-d ${quoted(help)}`,
        ].join(" ")
      ),
    ];
  });
  return `# ${program} completion fish > ~/.config/fish/completions/${program}.fish
complete -c ${program} -f
${lines.join("\n")}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "")}'`;
}
