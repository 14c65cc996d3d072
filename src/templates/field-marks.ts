/** One `{{name.DATA}}` of a template's content, and the literal text that stands before it. */
export interface FieldMark {
  readonly name: string;
  readonly before: string;
}

/** Text in braces that is no mark: nobody knows whether WeChat fills it. */
export interface UnreadMark {
  /** The text of the content, at most 64 characters of it. */
  readonly mark: string;
  /** The name it seems to have; null where it has none. */
  readonly name: string | null;
}

/** WeChat's own rule is that a mark ends in `.DATA`. Its content is not always tidy: white space may stand anywhere. */
const MARK = /\{\s*\{\s*([A-Za-z0-9_]+)\s*\.\s*DATA\s*\}\s*\}/g;

/** Doubled braces of either width, closed or not; or single ones around a name and `.DATA`. */
const LEFTOVER =
  /[{｛]\s*[{｛][^{}｛｝\r\n]*(?:[}｝]\s?[}｝]?)?|[{｛][\t ]*[A-Za-z0-9_]+[.．]DATA[}｝]?/gi;
const NAME = /^[\p{L}\p{N}_]{1,64}$/u;
const MAX_UNREAD = 50;
const MAX_CHARACTERS = 64;

/** A template's content cut at its marks; `after` is what follows the last one. */
export function marksOf(content: string): { marks: FieldMark[]; after: string } {
  const marks: FieldMark[] = [];
  let from = 0;
  for (const match of content.matchAll(MARK)) {
    marks.push({ name: match[1] as string, before: content.slice(from, match.index) });
    from = match.index + match[0].length;
  }
  return { marks, after: content.slice(from) };
}

/** What looks like a mark in a content and is none, each once. */
export function unreadIn(content: string): UnreadMark[] {
  const { marks, after } = marksOf(content);
  const unread = new Map<string, UnreadMark>();
  for (const text of [...marks.map(({ before }) => before), after]) {
    for (const [found] of text.matchAll(LEFTOVER)) {
      if (unread.size >= MAX_UNREAD) return [...unread.values()];
      const mark = Array.from(found.slice(0, 2 * MAX_CHARACTERS))
        .slice(0, MAX_CHARACTERS)
        .join('')
        .trim();
      unread.set(mark, { mark, name: nameIn(found) });
    }
  }
  return [...unread.values()];
}

function nameIn(leftover: string): string | null {
  const inside = leftover.slice(0, 2 * MAX_CHARACTERS).replace(/[{}｛｝]/g, '');
  const dot = inside.search(/[.．]/);
  const name = inside.slice(0, Math.max(dot, 0)).trim();
  return NAME.test(name) ? name : null;
}
