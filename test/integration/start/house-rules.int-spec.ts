import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** What the linter says of a file with these lines, by our rule of this name alone. */
function findings(rule: string, lines: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'house-rules-'));
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(
      join(folder, 'lint.json'),
      JSON.stringify({
        plugins: [],
        jsPlugins: [join(root, 'scripts/lint/house-rules.js')],
        categories: { correctness: 'off' },
        rules: { [`house/${rule}`]: 'error' },
      }),
    );
    writeFileSync(join(folder, 'src/some.spec.ts'), lines.join('\n'));
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '-c', 'lint.json', '-f', 'json', 'src'],
      { cwd: folder, encoding: 'utf8' },
    );
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: readonly { labels: readonly { span: { line: number } }[] }[];
    };
    return diagnostics
      .map(({ labels }) => labels[0]?.span.line ?? 0)
      .toSorted((a, b) => a - b)
      .map((line) => lines[line - 1] ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the lint rule for titles', () => {
  it('the lint rule for titles refuses one that begins in the middle of a sentence', () => {
    const refused = [
      `it('are answered alike, whether the login is known or not', () => {});`,
      `it("that hardly comes is ended", () => {});`,
      'it(`is killed ${1} times`, () => {});',
      `test('Keeps what was typed', () => {});`,
      `it.each([1])('is never %s', () => {});`,
      'it.each`a`(`takes $a`, () => {});',
      `it.only.each([1])('of a login is over: %s', () => {});`,
      `test.skip('says so', () => {});`,
    ];
    expect(findings('titles-stand-alone', refused)).toEqual(refused);
  });

  it('the lint rule for titles takes sentences, whatever they begin with', () => {
    expect(
      findings('titles-stand-alone', [
        `it('wrong logins are answered alike, whether the login is known or not', () => {});`,
        `it('holds of one reason at once from many sides are one', () => {});`,
        `it('whoever may write drafts starts nothing', () => {});`,
        `it('island accounts are none', () => {});`,
        `it('GET %s answers without a key', () => {});`,
        'it(`${1} is a number`, () => {});',
        `it.each(['is'])('%s', () => {});`,
        `describe('says "not sent" when', () => {});`,
        `commit('is done');`,
      ]),
    ).toEqual([]);
  });
});
