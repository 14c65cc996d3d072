import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const SRC = join(import.meta.dirname, '..');

/** What these say is read where the service is started, never by a page. */
const FOR_A_TERMINAL = ['config/', 'demo/', 'kernel/', 'database/', 'operators/command/'];

interface Said {
  readonly where: string;
  readonly sayer: string;
  readonly zh: ts.Expression;
  readonly en: ts.Expression;
  /** What comes after the two. */
  readonly params: ts.Expression | undefined;
}

/** Where each function has its Chinese; its English comes next. */
const SAYERS: Readonly<Record<string, number>> = {
  both: 0,
  cannotStart: 0,
  expects: 0,
  redisFault: 0,
  OutboundAddressRefused: 0,
  adminKeyFault: 0,
  masterKeyFault: 0,
  ownFault: 1,
};

function* saidIn(file: string): Generator<Said> {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const waiting: ts.Node[] = [source];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    node.forEachChild((child) => void waiting.push(child));
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) continue;
    const sayer = node.expression.getText();
    const at = SAYERS[sayer];
    const [zh, en, params] = at === undefined ? [] : (node.arguments?.slice(at) ?? []);
    if (zh === undefined || en === undefined) continue;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    yield { where: `${file.slice(SRC.length + 1)}:${line + 1}`, sayer, zh, en, params };
  }
}

/** The text of a literal, without what is put into it; undefined for a name, whose text is elsewhere. */
function textOf(expression: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isTemplateExpression(expression))
    return [expression.head, ...expression.templateSpans.map(({ literal }) => literal)]
      .map(({ text }) => text)
      .join('…');
  if (ts.isBinaryExpression(expression)) {
    const [left, right] = [textOf(expression.left), textOf(expression.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? ''}${right ?? ''}`;
  }
  return undefined;
}

/** Whether anything is put into it: a name stands for words that are made elsewhere. */
const hasParts = (expression: ts.Expression): boolean =>
  ts.isTemplateExpression(expression) ||
  (ts.isBinaryExpression(expression) && (hasParts(expression.left) || hasParts(expression.right)));

const files = globSync('**/*.ts', { cwd: SRC })
  .filter((file) => !file.endsWith('.spec.ts'))
  .map((file) => join(SRC, file));
const said = files.flatMap((file) => [...saidIn(file)]);

describe('what is said in both languages', () => {
  it('what is said in both languages is Chinese first, and English then, everywhere', () => {
    expect(said.length).toBeGreaterThan(150);
    const wrong = said.filter(({ zh, en }) => {
      const [chinese, english] = [textOf(zh), textOf(en)];
      // What is put together of other words has no letters of its own.
      return (
        (chinese !== undefined && /\p{L}/u.test(chinese) && !/\p{Script=Han}/u.test(chinese)) ||
        (english !== undefined && /\p{L}/u.test(english) && !/[A-Za-z]{2}/.test(english))
      );
    });
    expect(wrong.map(({ where }) => where)).toEqual([]);
  });

  it('what is said in both languages is made by nothing but `both`, of which the types know', () => {
    const made = /\bas Bilingual\b|\bBilingual\.of\b/;
    const makers = files.filter((file) => made.test(readFileSync(file, 'utf8')));
    expect(makers.map((file) => file.slice(SRC.length + 1))).toEqual(['kernel/bilingual.ts']);
  });

  it('whatever is put into a text that an answer may have is among its params', () => {
    const lacking = said
      .filter(({ where }) => !FOR_A_TERMINAL.some((room) => where.startsWith(room)))
      .filter(({ zh, en, sayer }) => sayer === 'both' && [zh, en].some(hasParts))
      .filter(({ params }) => params === undefined);
    expect(lacking.map(({ where }) => where)).toEqual([]);
  });
});
