/** One `{{name.value}}` of a filled template, and the literal text that stands before it. */
export interface ContentSlot {
  readonly name: string;
  /** Undefined when the slot has no dot, which parts name and value. */
  readonly value: string | undefined;
  readonly before: string;
}

/** `.#rgb` or `.#rrggbb` after the value. WeChat has ignored colours since 2023, and so do we. */
const COLOUR = /\.#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * A filled template cut at its slots; `after` is what follows the last one.
 *
 * A slot ends at the first `}}`, with any further `}` after it: a value may end with `}` and cannot hold `}}`. The name
 * ends at the first dot. Braces that open a slot and never close it stay literal text, which then differs from the
 * template's.
 *
 * @param literals texts in braces in the template that are no marks: unchanged, they are literal text
 */
export function slotsOf(
  text: string,
  literals: ReadonlySet<string> = new Set(),
): { slots: ContentSlot[]; after: string } {
  const slots: ContentSlot[] = [];
  let from = 0;
  for (let at = 0; ;) {
    const open = text.indexOf('{{', at);
    let close = open === -1 ? -1 : text.indexOf('}}', open + 2);
    if (close === -1) return { slots, after: text.slice(from) };
    while (text[close + 2] === '}') close++;
    at = close + 2;
    if (literals.has(text.slice(open, at))) continue;
    slots.push({
      ...nameAndValue(text.slice(open + 2, close)),
      before: text.slice(from, open),
    });
    from = at;
  }
}

function nameAndValue(inside: string): { name: string; value: string | undefined } {
  const dot = inside.indexOf('.');
  if (dot === -1) return { name: inside.trim(), value: undefined };
  const rest = inside.slice(dot + 1);
  return { name: inside.slice(0, dot).trim(), value: rest.replace(COLOUR, '') };
}
