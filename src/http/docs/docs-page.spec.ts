import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, placesOf } from '../openapi/document.js';
import { DocsPages } from './docs-page.js';

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../openapi.json'), 'utf8'),
) as Document;

const pagesOf = (of: Document = document, basePath = ''): DocsPages =>
  new DocsPages(of, { basePath, api: '$API' });

/** The ids of the operations that a page lists, those left out that are hidden. */
const listed = (page: string): string[] =>
  [...page.matchAll(/<li data-words="[^"]*"\s*(hidden)?>\s*<a\s+href="\/docs\/(\w+)"/g)].flatMap(
    ([, isHidden, id = '']) => (isHidden === undefined ? [id] : []),
  );

describe('the pages about the API', () => {
  it('the page about the API lists every operation of openapi.json', () => {
    const ids = placesOf(document).map(({ operation }) => operation.operationId ?? '');
    expect(listed(pagesOf().index('')).toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    ['a word of the path', 'quota refresh', ['refreshQuota']],
    ['what it is called in Chinese', '暂停', ['pauseBroadcast']],
    ['the code of a problem', 'followers_not_synced', ['changeBroadcast', 'createBroadcast']],
    ['the name of a field, in any case', 'DEDUPETTLSECONDS', ['createMessage']],
  ])('the page about the API finds an operation by %s', (_what, asked, ids) => {
    expect(listed(pagesOf().index(asked))).toEqual(expect.arrayContaining(ids));
    expect(listed(pagesOf().index(asked)).length).toBeLessThan(12);
  });

  it('the page about the API says so where nothing is found, and shows what was typed as text', () => {
    const page = pagesOf().index('"><script>alert(1)</script>');
    expect(listed(page)).toEqual([]);
    expect(page).toMatch(/<p class="none"\s*>/);
    expect(page).not.toContain('<script>alert');
  });

  it('every operation has a page about it, with a command, its body and the codes of its problems', () => {
    const pages = pagesOf();
    for (const { operation } of placesOf(document))
      expect(pages.operation(operation.operationId ?? '')).toContain('curl -s');
    const page = pages.operation('createBroadcast') ?? '';
    expect(page).toContain('<code>templateId</code>');
    expect(page).toContain('<code>followers_not_synced</code>');
    expect(pages.operation('nothing')).toBeUndefined();
  });

  it('the pages about the API link below the path of PUBLIC_URL, load nothing from elsewhere and have no inline script', () => {
    const page = pagesOf(document, '/weicast').index('');
    const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((link) => !link?.startsWith('/weicast/'))).toEqual([]);
    expect(page).not.toMatch(/<script>|<style|style="|onclick/);
  });
});
