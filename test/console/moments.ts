import type { Page } from 'playwright-core';

/** What a page is only after something was done, or while something is wrong. */
export interface Moment {
  readonly path: string;
  /** Done before the page is asked for. What goes wrong then is meant to. */
  readonly before?: (page: Page) => Promise<unknown>;
  /** What somebody does there. */
  readonly act?: (page: Page) => Promise<unknown>;
}

interface Things {
  readonly appid: string;
  readonly running: string;
  readonly paused: string;
  readonly scheduled: string;
  readonly stopped: string;
  readonly cancelled: string;
  readonly done: string;
}

/** Verbs by their place, which is the same in both languages. */
const verb =
  (place: number) =>
  (page: Page): Promise<void> =>
    page
      .locator(`.verbs > button:nth-child(${place}), .verbs > :nth-child(${place}) button`)
      .click();

/** Dialogs, states that pass, and what is seen where something fails. */
export function momentsOf(things: Things): Readonly<Record<string, Moment>> {
  const { appid, running, paused, scheduled, stopped, cancelled, done } = things;
  return {
    scheduled: { path: `/broadcasts/${scheduled}` },
    stopped: { path: `/broadcasts/${stopped}` },
    cancelled: { path: `/broadcasts/${cancelled}` },
    'dialog-resume': { path: `/broadcasts/${paused}`, act: verb(2) },
    'dialog-rate': { path: `/broadcasts/${running}`, act: verb(3) },
    'dialog-cancel': { path: `/broadcasts/${running}`, act: verb(4) },
    'dialog-start-now': { path: `/broadcasts/${scheduled}`, act: verb(2) },
    why: { path: `/broadcasts/${paused}`, act: (page) => page.locator('.why > summary').click() },
    'rates-table': {
      path: `/broadcasts/${paused}`,
      act: (page) => page.locator('.view-switch > button').last().click(),
    },
    delivery: {
      path: `/broadcasts/${done}/deliveries?state=blocked`,
      act: (page) => page.locator('.table .link-button').first().click(),
    },
    'broadcasts-none': { path: '/broadcasts?name=zzz' },
    'recipients-empty': { path: `/recipients?appid=${appid}` },
    'recipients-unchosen': { path: '/recipients' },
    'dialog-tag-people': {
      path: `/audiences/tags?appid=${appid}`,
      act: (page) => page.locator('.tag-verbs > button').first().click(),
    },
    'dialog-tag-name': {
      path: `/audiences/tags?appid=${appid}`,
      act: (page) => page.locator('.tag-verbs > button:nth-child(2)').first().click(),
    },
    'audiences-unchosen': { path: '/audiences/tags' },
    'upload-refused': {
      path: `/audiences/uploads?appid=${appid}`,
      act: async (page) => {
        const empty = { name: '空.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) };
        await page.locator('input[type=file]').setInputFiles(empty);
        await page.locator('.drop .ant-alert').waitFor();
      },
    },
    palette: {
      path: '/broadcasts',
      act: async (page) => {
        await page.keyboard.press('Control+k');
        await page.locator('.palette-input').fill('通知');
        await page.locator('.palette-list [role=option]').first().waitFor();
      },
    },
    switcher: { path: '/', act: (page) => page.locator('.switcher').click() },
    person: { path: '/', act: (page) => page.locator('.person').click() },
    'no-broadcast': { path: '/broadcasts/019a0000-0000-7000-8000-000000000000' },
    setup: {
      path: '/',
      before: async (page) => {
        await page.context().clearCookies();
        await page.route('**/v1/setup', async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, json: { ...(await response.json()), needed: true } });
        });
      },
    },
    failed: {
      path: '/',
      before: (page) =>
        page.route('**/v1/overview', (route) =>
          route.fulfill({ status: 503, json: { status: 503, code: 'unavailable' } }),
        ),
    },
    forbidden: {
      path: '/accounts/new?kind=service',
      before: (page) =>
        page.route('**/v1/me', async (route) => {
          const response = await route.fetch();
          const can = { 'broadcast.read': 'all', 'account.read': 'all' };
          await route.fulfill({ response, json: { ...(await response.json()), can } });
        }),
    },
    offline: {
      path: `/broadcasts/${running}`,
      before: async () => undefined,
      act: (page) => page.context().setOffline(true),
    },
  };
}
