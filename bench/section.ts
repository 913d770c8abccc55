/** Sections of a document that scripts write. @module */

/** The text of a document with one section replaced: what stands between `<!-- name -->` and `<!-- /name -->`. */
export function putSection(
  text: string,
  name: string,
  section: string,
): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) {
    throw new Error(`the document has no place for ${name}: ${begin} … ${end}`);
  }
  return `${text.slice(0, from)}\n\n${section}\n\n${text.slice(to)}`;
}
