import { PAGES } from '../../../web/src/pages.js';
import { type Answer, type ApiApp, startApi } from '../../support/worlds/api-app.js';

const STRANGER = { accept: 'text/html' };
/** Of a page's path, an address that a browser asks for. */
const addressOf = (path: string): string =>
  path.replace(/:id\b/, '019a0000-0000-7000-8000-000000000000').replaceAll(/:\w+/g, 'wx01');

describe('the console', () => {
  let api: ApiApp;
  let page: Answer;
  beforeAll(async () => {
    api = await startApi([], { console: true, publicUrl: 'https://weicast.example.com/weicast' });
    page = await open('/');
  });
  afterAll(() => api.close());

  const open = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    api.call('GET', path, undefined, { ...STRANGER, ...headers });
  const assets = (): string[] =>
    [...page.text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name = '']) => name);

  it.each(PAGES.map(addressOf))(
    'the console answers strangers on %s with its page, which no cache keeps',
    async (path) => {
      const { status, headers, text } = await open(path);
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toContain('<base href="/weicast/"');
      expect(text).not.toMatch(/%(NONCE|BUILD|BASE)%/);
    },
  );

  it('the console’s policy allows scripts of ours, styles with this answer’s nonce, and nothing inline', async () => {
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(page.text).toContain(`name="csp-nonce" content="${nonce}"`);
    expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect((await open('/')).headers.get('content-security-policy')).not.toBe(policy);
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', null],
  ])(
    'the console’s assets are sent as accepted (%s), and kept for ever',
    async (accepted, sent) => {
      expect(assets().length).toBeGreaterThan(2);
      for (const name of assets().filter((each) => /index-.*js$/.test(each))) {
        const answer = await fetch(`${api.url}/${name}`, {
          headers: { 'accept-encoding': accepted },
        });
        expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, sent]);
        expect(answer.headers.get('vary')).toBe('accept-encoding');
        expect(answer.headers.get('cache-control')).toContain('immutable');
        expect((await answer.text()).length).toBeGreaterThan(1_000);
      }
    },
  );

  it.each(['/assets/no-such.js', '/assets/..%2fconsole.json', '/assets/..%2f..%2fpackage.json'])(
    'the console has no asset %s',
    async (path) => {
      const { status, json } = await open(path);
      expect([status, json]).toEqual([404, expect.objectContaining({ code: 'asset_not_found' })]);
    },
  );

  it('the console’s page is not the answer to an unknown path: a key’s holder gets a 404, a stranger the login', async () => {
    for (const path of ['/v1/no-such', '/no-such', '/broadcasts/a/b/c/d']) {
      expect((await api.call('GET', path)).status).toBe(404);
      // Not through `call`, which knows the API's answers alone.
      const stranger = await fetch(`${api.url}${path}`, { headers: STRANGER });
      expect(stranger.status).toBe(401);
    }
  });

  it('the console tells pages that are open which build it is now', async () => {
    const { json } = await open('/console.json');
    expect(json).toEqual({ build: /"console-build" content="(\w+)"/.exec(page.text)?.[1] });
  });
});

describe('without the console', () => {
  it('without the console the bare address leads whoever is in to the API’s documentation', async () => {
    const api = await startApi([], { publicUrl: 'https://weicast.example.com/weicast' });
    const known = await api.call('GET', '/');
    const stranger = await api.call('GET', '/', undefined, STRANGER);
    const page = await api.call('GET', '/welcome');
    await api.close();

    expect([known.status, known.headers.get('location')]).toEqual([303, '/weicast/docs']);
    expect([stranger.status, page.status]).toEqual([401, 404]);
  });
});
