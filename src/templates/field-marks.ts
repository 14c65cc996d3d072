/** One `{{name.DATA}}` of a template's content, and the literal text that stands before it. */
export interface FieldMark {
  readonly name: string;
  readonly before: string;
}

/** WeChat's own content is not always tidy: white space may stand between and inside the braces. */
const MARK = /\{\s*\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\s*\}/g;

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
