const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i;

/** Each kind of passage in which a declaration is only text, by what opens and what closes it. */
const PASSAGES = [
  ['<![CDATA[', ']]>'],
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

/**
 * Whether XML declares a document type or an entity. What a person typed is not refused: in CDATA the same
 * characters are only text. A passage that never ends counts as a declaration when there is one in it.
 */
export function declaresDoctype(text: string): boolean {
  // Hardly any push holds these characters at all.
  if (!DECLARATION.test(text)) return false;
  const markup = /<[!?]/g;
  for (let found = markup.exec(text); found !== null; found = markup.exec(text)) {
    const at = found.index;
    const passage = PASSAGES.find(([opening]) => text.startsWith(opening, at));
    if (passage === undefined) {
      if (DECLARATION.test(text.slice(at, at + '<!DOCTYPE'.length))) return true;
      continue;
    }
    const [opening, closing] = passage;
    const end = text.indexOf(closing, at + opening.length);
    if (end < 0) return DECLARATION.test(text.slice(at));
    markup.lastIndex = end + closing.length;
  }
  return false;
}
