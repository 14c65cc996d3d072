import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const SRC = join(import.meta.dirname, '..');

interface Said {
  readonly where: string;
  readonly zh: ts.Expression;
  readonly en: ts.Expression;
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
    const at = SAYERS[node.expression.getText()];
    const [zh, en] = at === undefined ? [] : (node.arguments?.slice(at) ?? []);
    if (zh === undefined || en === undefined) continue;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    yield { where: `${file.slice(SRC.length + 1)}:${line + 1}`, zh, en };
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
    // Every rule of the environment is a `Fits`, whose answer the library keeps as plain text.
    const allowed = ['kernel/bilingual.ts', 'config/environment.ts'];
    const casts = files.filter((file) => /\bas Bilingual\b/.test(readFileSync(file, 'utf8')));
    expect(casts.map((file) => file.slice(SRC.length + 1)).sort()).toEqual(allowed.sort());
  });
});
