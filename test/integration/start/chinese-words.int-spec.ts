import { readdirSync, readFileSync } from 'node:fs';
import { idleExceptions, wrongWordsOf } from '../../support/docs/wrong-words.js';

const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => `${folder}/${name}`);

const texts = new Map(
  [
    ...filesIn('web/src/locales/zh-CN', /\.ts$/),
    ...filesIn('docs', /\.md$/),
    ...filesIn('src', /(?<!\.spec)\.ts$/),
    'README.md',
    'README.zh-CN.md',
    'deploy/prometheus/alerts.yml',
  ]
    .filter((file) => !/docs\/decisions\//.test(file))
    .map((file) => [file, readFileSync(file, 'utf8')] as const)
    .filter(([, text]) => /\p{Script=Han}/u.test(text)),
);

describe('the Chinese words that people read', () => {
  it('the Chinese words that people read are in many files', () => {
    expect(texts.size).toBeGreaterThan(100);
  });

  it.each([...texts])('the Chinese words of %s are those of the glossary', (_, text) => {
    expect(wrongWordsOf(text)).toEqual([]);
  });

  it('a wrong word is found, told by its line, and the right one named', () => {
    expect(wrongWordsOf("ok\naccepted: '微信已接收',")).toEqual([
      'line 2: 微信已接收 → 微信已受理，等回执',
    ]);
    expect(wrongWordsOf('可以暂停发送')).toEqual([]);
  });

  it('a wrong word that is excused somewhere is excused because a text still needs it', () => {
    expect(idleExceptions([...texts.values()])).toEqual([]);
  });
});

it('the English words of the console have straight quotes: in a Chinese font the curly ones are as wide as a Han character', () => {
  const curly = filesIn('web/src/locales/en', /\.ts$/).filter((file) =>
    /[\u2018\u2019\u201c\u201d]/.test(readFileSync(file, 'utf8')),
  );
  expect(curly).toEqual([]);
});
