import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../web/src');

/** Each `@keyframes` of the console, and the properties that it moves. */
const movements = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.css'))
  .flatMap((path) => [
    ...readFileSync(join(SOURCES, path), 'utf8').matchAll(
      /@keyframes (?<name>[\w-]+) \{(?<steps>(?:[^{}]*\{[^{}]*\})*)\s*\}/g,
    ),
  ])
  .map(({ groups: { name = '', steps = '' } = {} }) => ({
    name,
    properties: [...steps.matchAll(/(?<property>[\w-]+):/g)].map(([property]) => property),
  }));

describe('what moves on a page without end', () => {
  it('the movements of the console are found', () => {
    expect(movements.length).toBeGreaterThan(2);
  });

  it.each(movements)(
    'the movement $name is one that the compositor makes alone, so that it costs the page nothing',
    ({ properties }) => {
      expect(properties).not.toEqual([]);
      for (const property of properties) expect(['transform:', 'opacity:']).toContain(property);
    },
  );
});
