import { type Bilingual, both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { type ContentSlot, slotsOf } from './content-slots.js';
import { mayBeLeftOut } from './field-display.js';
import { marksOf, type UnreadMark, unreadIn } from './field-marks.js';

/**
 * Reads the values out of a template's text in which each `{{name.DATA}}` was filled as `{{name.value}}` or
 * `{{name.value.#colour}}`. All other text must be the template's, white space and line ends apart; otherwise
 * `content_mismatch` names the first difference. A value can hold neither `{{` nor `}}`: such values go into `fields`.
 */
export function parseContent(
  templateContent: string,
  text: string,
): { values: Record<string, string> } {
  const expected = marksOf(templateContent);
  const unread = unreadIn(templateContent);
  const given = slotsOf(text, new Set(unread.map(({ mark }) => mark)));
  const names = expected.marks.map(({ name }) => name);

  for (const slot of given.slots) {
    refuseUnread(slot, names, unread);
    refuseMalformed(slot, names);
  }
  refuseOtherSlots(
    names,
    given.slots.map(({ name }) => name),
  );
  expected.marks.forEach(({ name, before }, i) =>
    refuseOtherText(before, given.slots[i]?.before ?? '', [
      `{{${name}.…}} 之前`,
      `before {{${name}.…}}`,
    ]),
  );
  const last = names.at(-1);
  refuseOtherText(
    expected.after,
    given.after,
    last ? [`{{${last}.…}} 之后`, `after {{${last}.…}}`] : ['正文中', 'in the text'],
  );
  return { values: valuesOf(given.slots) };
}

/** Text in braces that is no mark of WeChat's must stay as the template has it. */
function refuseUnread({ name }: ContentSlot, names: string[], unread: readonly UnreadMark[]): void {
  const leftover = unread.find((each) => each.name === name);
  if (leftover === undefined || names.includes(name)) return;
  throw mismatch(
    'slot_unknown',
    both(
      `模板中的 ${leftover.mark} 不是微信的变量（{{name.DATA}}）：请原样保留，它的值只能用 "fields" 填写。`,
      `The template has ${leftover.mark}, which is none of WeChat's marks ({{name.DATA}}): leave it as it stands. ` +
        `A value for it can only be given in "fields".`,
      { mark: leftover.mark },
    ),
    { where: `{{${name}.…}}`, expected: leftover.mark, got: `{{${name}.…}}` },
  );
}

function refuseMalformed({ name, value }: ContentSlot, names: string[]): void {
  const known = names.map((each) => `{{${each}.…}}`).join(' ');
  if (value === undefined) {
    throw mismatch(
      'slot_malformed',
      both(
        `变量 {{${excerpt(name)}}} 缺少点号，应写作 {{name.值}}；模板有 ${known}。`,
        `The slot {{${excerpt(name)}}} has no dot. Write {{name.value}}; the template has ${known}.`,
        { name: excerpt(name), known },
      ),
      { where: `{{${excerpt(name)}}}`, expected: known, got: `{{${excerpt(name)}}}` },
    );
  }
  if (!names.includes(name)) {
    throw mismatch(
      'slot_unknown',
      both(
        `模板没有字段 ${excerpt(name)}，它有：${known}。`,
        `The template has no field ${excerpt(name)}. It has ${known}.`,
        { name: excerpt(name), known },
      ),
      {
        where: `{{${excerpt(name)}.…}}`,
        expected: known,
        got: `{{${excerpt(name)}.…}}`,
      },
    );
  }
  if (value.includes('{{')) {
    throw mismatch(
      'slot_malformed',
      both(
        `${name} 的值含有 "{{"，前面是否漏了 "}}"？这样的值只能用 "fields" 填写。`,
        `The value of ${name} contains "{{": is a "}}" missing before it? Such a value can only be given in "fields".`,
        { name },
      ),
      { where: `{{${name}.…}}`, expected: `{{${name}.value}}`, got: excerpt(value) },
    );
  }
}

function refuseOtherSlots(expected: string[], given: string[]): void {
  for (const name of new Set([...expected, ...given])) {
    const wanted = expected.filter((each) => each === name).length;
    const found = given.filter((each) => each === name).length;
    if (found === wanted) continue;
    const fault = found < wanted ? 'slot_missing' : 'slot_doubled';
    const [zh, en] =
      found < wanted ? ['缺失', 'is missing'] : ['重复', 'stands there more than once'];
    throw mismatch(
      fault,
      both(
        `变量 {{${name}.…}} ${zh}：应有 ${wanted} 个，现有 ${found} 个。`,
        `The slot {{${name}.…}} ${en}: expected ${wanted}, got ${found}.`,
        { name, wanted, found },
      ),
      {
        where: `{{${name}.…}}`,
        expected: String(wanted),
        got: String(found),
      },
    );
  }
  const at = expected.findIndex((name, i) => name !== given[i]);
  if (at === -1) return;
  throw mismatch(
    'slot_misplaced',
    both(
      `第 ${at + 1} 个变量是 {{${given[at]}.…}}，模板在此处是 {{${expected[at]}.…}}，请对调。`,
      `Slot ${at + 1} is {{${given[at]}.…}}, the template has {{${expected[at]}.…}} there.`,
      { at: at + 1, got: given[at] ?? '', expected: expected[at] ?? '' },
    ),
    { where: `slot ${at + 1}`, expected: `{{${expected[at]}.…}}`, got: `{{${given[at]}.…}}` },
  );
}

function refuseOtherText(
  expected: string,
  got: string,
  [whereZh, where]: readonly [zh: string, en: string],
): void {
  const wanted = [...expected.replace(/\s+/g, '')];
  const found = [...got.replace(/\s+/g, '')];
  const at = firstDifference(wanted, found);
  if (at === undefined) return;
  const difference = { where, expected: excerptAt(wanted, at), got: excerptAt(found, at) };
  throw mismatch(
    'text_differs',
    both(
      `${whereZh} 的文字与模板不同：应为“${difference.expected}”，现为“${difference.got}”。只能改变量的值。`,
      `The text ${where} is not the template's: expected "${difference.expected}", got "${difference.got}". ` +
        'Only the values may change.',
      { expected: difference.expected, got: difference.got, where },
    ),
    difference,
  );
}

function firstDifference(a: readonly string[], b: readonly string[]): number | undefined {
  const at = a.findIndex((character, i) => character !== b[i]);
  if (at !== -1) return at;
  return a.length === b.length ? undefined : a.length;
}

/**
 * A name that the template has twice must be given the same value twice: WeChat takes one value a name.
 * A field that WeChat does not show may be empty here, and is then left out.
 */
function valuesOf(slots: readonly ContentSlot[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const { name, value = '' } of slots) {
    const earlier = values.get(name);
    if (earlier !== undefined && earlier !== value) {
      throw mismatch(
        'slot_doubled',
        both(
          `模板中 {{${name}.DATA}} 出现多次，值必须相同：现有“${excerpt(earlier)}”和“${excerpt(value)}”。`,
          `The template has {{${name}.DATA}} more than once, with one value: got "${excerpt(earlier)}" and "${excerpt(value)}".`,
          { name, earlier: excerpt(earlier), value: excerpt(value) },
        ),
        { where: `{{${name}.…}}`, expected: excerpt(earlier), got: excerpt(value) },
      );
    }
    if (!mayBeLeftOut(name) || value.trim() !== '') values.set(name, value);
  }
  return Object.fromEntries(values);
}

interface Difference {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

function mismatch(code: string, message: Bilingual, details: Difference): DomainError {
  return new DomainError('unprocessable', 'content_mismatch', message, {
    errors: [{ path: 'content', code, message }],
    details: { ...details },
  });
}

const EXCERPT = 40;

/** The beginning of a text, in whole characters. */
const excerpt = (text: string): string => excerptAt(Array.from(text.slice(0, 4 * EXCERPT)), 0);

/** The characters from a place on, with a few before it. */
function excerptAt(characters: readonly string[], at: number): string {
  const from = Math.max(0, at - 8);
  const to = from + EXCERPT;
  const cut = characters.slice(from, to).join('');
  return `${from > 0 ? '…' : ''}${cut}${to < characters.length ? '…' : ''}`;
}
