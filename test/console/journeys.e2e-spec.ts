import type { Page } from 'playwright-core';
import { ConsoleWorld, hasBrowser, type Visit, type VisitOptions } from './console-world.js';

const PASSWORD = 'correct horse battery';
const journeys = hasBrowser ? describe : describe.skip;

journeys('the console, in a real browser', () => {
  let world: ConsoleWorld;
  const visits: Visit[] = [];
  beforeAll(async () => {
    world = await ConsoleWorld.open();
  });
  afterAll(() => world.close());
  afterEach(async () => {
    const faults = visits.flatMap((visit) => visit.faults);
    await Promise.all(visits.splice(0).map((visit) => visit.close()));
    expect(faults).toEqual([]);
  });

  async function visit(path: string, options: VisitOptions = {}): Promise<Visit> {
    const made = await world.visit(options);
    visits.push(made);
    await made.page.goto(`${world.product.url}${path}`);
    return made;
  }

  async function logIn({ page }: Visit, login: string, password = PASSWORD): Promise<void> {
    await page.getByLabel('登录名', { exact: true }).fill(login);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
  }

  /** The page in the other theme, once it is drawn. */
  async function light(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
    const paper = 'getComputedStyle(document.body).backgroundColor';
    const before = await page.evaluate(paper);
    await page.emulateMedia({ colorScheme });
    await world.product.until(async () => (await page.evaluate(paper)) !== before);
  }

  it('the console takes a newcomer from the admin key to an account of their own, without a word read', async () => {
    const first = await visit('/');
    const { page } = first;
    await page.getByLabel('管理员密钥').fill(world.product.adminKey);
    await page.getByLabel('登录名').fill('wang.fang');
    await page.getByLabel('姓名').fill('王芳');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    expect(await first.audit()).toEqual([]);
    await page.evaluate(
      `heads = new Set();
      new MutationObserver(() => {
        for (const head of document.querySelectorAll('h1')) heads.add(head.textContent);
      }).observe(document.body, { childList: true, subtree: true });`,
    );
    await page.getByRole('button', { name: '开始使用' }).click();

    await page.getByRole('heading', { name: '从哪里开始？' }).waitFor();
    expect(await first.audit()).toEqual([]);
    // Nothing else was drawn on the way.
    expect(await page.evaluate('[...heads]')).toEqual(['第一次使用', '从哪里开始？']);
    // While it is made, nothing moves below somebody's finger.
    let answer = (): void => undefined;
    const seen = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/v1/accounts/sandbox', (route) => seen.then(() => route.continue()));
    const cards =
      'JSON.stringify([...document.querySelectorAll(".way, .way button")].map((each) => each.getBoundingClientRect().bottom))';
    const before = await page.evaluate(cards);
    await page.getByRole('button', { name: '创建模拟号' }).click();
    await page.getByText('正在创建模拟号').waitFor();
    expect(await page.evaluate(cards)).toBe(before);
    answer();
    await page.getByText('这是模拟微信').waitFor();
    await page.getByRole('heading', { name: '总览' }).waitFor();
    expect(new URL(page.url()).searchParams.get('appid')).toMatch(/^wx/);
    const next = page.getByRole('link', { name: '新建发送任务' });
    await next.waitFor();
    expect(await first.audit()).toEqual([]);
    await next.click();
    await page.getByRole('heading', { name: '选一个模板' }).waitFor();
  });

  it('the console shows a broadcast move by itself, stops it with one click, and says who has stopped it', async () => {
    await world.product.ready({ name: '某某教育' });
    const { json } = await world.product.expect(202, 'POST', '/v1/broadcasts', {
      appid: world.product.appid,
      ...(await message()),
      name: '暑期公开课提醒',
      audience: { kind: 'all' },
      // Slow enough for a busy machine to see all of this before it is sent.
      sendsPerSecond: 1,
    });
    const watcher = await visit(`/broadcasts/${json.id}`, { width: 390 });
    const { page } = watcher;
    await logIn(watcher, 'wang.fang');
    await page.getByRole('heading', { name: '暑期公开课提醒' }).waitFor();
    await page.getByText('实时').waitFor();
    const delivered = page.locator('.totals-figures dd').first();
    const before = Number(await delivered.textContent());
    await world.product.until(async () => Number(await delivered.textContent()) > before);

    await page.getByRole('button', { name: '暂停', exact: true }).click();
    await page.getByText('已暂停', { exact: true }).first().waitFor();
    expect(await page.title()).toContain('已暂停');
    await page.locator('.rate-chart canvas').waitFor();
    await page.getByRole('button', { name: '写一句原因' }).click();
    await page.getByLabel('暂停的原因').fill('文案有误，先别发');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '修改原因' }).waitFor();
    expect(await watcher.audit()).toEqual([]);

    await page.getByRole('button', { name: '继续发送' }).click();
    await page.getByRole('dialog').getByText('文案有误，先别发').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '继续发送' }).click();
    await page.getByText('发送中', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: '调速' }).click();
    const speed = page.getByRole('dialog', { name: '调速' });
    for (const [typed, told] of [
      ['0', '最小是 1。'],
      ['-5', '最小是 1。'],
      ['快一点', '请填整数，只写数字，不带单位。'],
    ] as const) {
      await speed.getByLabel('每秒最多').fill(typed);
      await speed.getByText(told).waitFor();
    }
    expect(await speed.getByRole('button', { name: '保存' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await speed.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '终止' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^终止，剩余/ })
      .click();
    await page.getByText('已终止', { exact: true }).first().waitFor();
    // Whom it has not reached is not sent to from now on, whatever has been written down of it.
    expect(await page.locator('.legend').getByText('待发').count()).toBe(0);

    // What is over goes out of the list, and comes back from where it went.
    await page.getByRole('button', { name: '归档', exact: true }).click();
    await page.getByRole('button', { name: '取消归档' }).waitFor();
    expect(await watcher.audit()).toEqual([]);
    await page.goto(`${world.product.url}/broadcasts`);
    const row = page.getByRole('row', { name: /暑期公开课提醒/ });
    await page.getByRole('button', { name: '看已归档的' }).click();
    await row.waitFor();
    expect(new URL(page.url()).searchParams.get('archived')).toBe('1');
    expect(await watcher.audit()).toEqual([]);
    await row.getByRole('button', { name: '取消归档' }).click();
    await row.waitFor({ state: 'detached' });
    // The address keeps it: on a busy machine it is a moment until the box shows what the address says.
    await page.getByRole('checkbox', { name: '已归档' }).click();
    await row.getByRole('button', { name: '归档', exact: true }).waitFor();
  });

  it('the console counts no further the people of a broadcast cancelled before anybody was read, and finds it in the archive', async () => {
    const { product } = world;
    const id = await product.broadcast({ draft: true, name: '冬令营通知' });
    const watcher = await visit(`/broadcasts/${id}`, { width: 390 });
    const { page } = watcher;
    await logIn(watcher, 'wang.fang');
    await page.getByRole('button', { name: '取消', exact: true }).click();
    await page
      .getByRole('dialog', { name: '取消这个任务？' })
      .getByRole('button', { name: '取消任务' })
      .click();
    await page.getByText('没有发给任何人').waitFor();
    expect(await page.getByText('总数确定中').count()).toBe(0);
    // Nothing that has ended is paused, resumed or stopped.
    const verbs = page.getByRole('group', { name: '操作' }).getByRole('button');
    expect(await verbs.allTextContents()).toEqual(['归档']);
    await page.goto(`${product.url}/broadcasts`);
    const row = page.getByRole('row', { name: /冬令营通知/ });
    await row.getByText('没有发给任何人').waitFor();
    await row.getByText(/取消$/).first().waitFor();
    await row.getByRole('button', { name: '归档', exact: true }).click();
    await row.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: '查找和跳转' }).fill('冬令营');
    const found = page.getByRole('option', { name: /冬令营通知.*已归档/ });
    await found.waitFor();
    expect(await watcher.audit()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '冬令营通知' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/broadcasts/${id}`);
  });

  it('the console gives a viewer what they may see, and neither rooms nor verbs that they may not', async () => {
    const { json } = await world.product.expect(201, 'POST', '/v1/operators', {
      login: 'li.lei',
      name: '李雷',
      password: 'an other horse battery',
      grants: [{ appids: [world.product.appid], role: 'viewer' }],
    });
    expect(json.operator.login).toBe('li.lei');
    const viewer = await visit('/', { dark: true });
    const { page } = viewer;
    await logIn(viewer, 'li.lei', 'an other horse battery');
    // A password that somebody else has chosen is changed first.
    await page.getByText('先设一个自己的密码').waitFor();
    await page.getByLabel('现在的密码').fill('an other horse battery');
    await page.getByLabel('新密码').fill(PASSWORD);
    await page.getByRole('button', { name: '修改密码' }).click();
    await page.getByText('密码已修改').waitFor();

    await page.goto(`${world.product.url}/`);
    await page.getByRole('heading', { name: '总览' }).waitFor();
    expect(await page.getByRole('link', { name: '设置' }).count()).toBe(1);
    await page.goto(`${world.product.url}/settings`);
    await page.getByRole('heading', { name: '系统状态' }).waitFor();
    expect(await page.getByRole('link', { name: '成员与权限' }).count()).toBe(0);
    await page.goto(`${world.product.url}/accounts/new?kind=service`);
    await page.getByText('你的角色不能打开这一页').waitFor();
    expect(await viewer.audit()).toEqual([]);
  });

  it('the console keeps the page of somebody whose session has ended, goes on where they were, and shows nobody else what they typed', async () => {
    const person = await visit('/settings/members', { language: 'en' });
    const { page } = person;
    await page.getByLabel('Login', { exact: true }).fill('wang.fang');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('heading', { name: 'What a role may do' }).waitFor();
    expect(await person.audit()).toEqual([]);
    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('韩梅梅');

    await page.context().clearCookies();
    await page.getByRole('dialog').getByLabel('Login', { exact: true }).fill('han.meimei');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const over = page.getByRole('dialog', { name: 'Please log in again' });
    await over.waitFor();
    await over.getByLabel('Login', { exact: true }).fill('wang.fang');
    await over.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await over.getByRole('button', { name: 'Log in', exact: true }).click();
    await over.waitFor({ state: 'hidden' });
    const below = page.getByRole('dialog', { name: 'Add a member' });
    expect(await below.evaluate((dialog) => dialog.matches(':focus-within'))).toBe(true);
    await below.getByRole('button', { name: 'Add', exact: true }).click();
    const once = page.getByText('One-time password, shown this once');
    await once.waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.click(4, 4);
    await page.waitForTimeout(500);
    expect(await once.isVisible()).toBe(true);

    // As on a page over plain http, where browsers give no clipboard; here they give it to the test.
    await page.context().grantPermissions(['clipboard-read']);
    await page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })");
    const secret = page.getByRole('dialog').locator('.code').first();
    await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('dialog').getByText('Copied').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await secret.textContent());

    const { product } = world;
    await page.goto(`${product.url}/settings/keys`);
    await page.getByRole('button', { name: 'Make a key' }).click();
    const making = page.getByRole('dialog', { name: 'Make a key' });
    await making.getByLabel('Name', { exact: true }).fill('crm');
    await making.getByLabel('Valid for days').fill('30天');
    await making.getByRole('button', { name: 'Make', exact: true }).click();
    await making.getByText('A whole number, in digits and without a unit.').waitFor();
    await page.keyboard.press('Escape');
    await making.waitFor({ state: 'hidden' });
    const keys = await product.expect(200, 'GET', '/v1/api-keys');
    expect(keys.json.items.map(({ name }: { name: string }) => name)).not.toContain('crm');
    await page.setViewportSize({ width: 390, height: 844 });
    for (const tab of await page.locator('.page-tabs a').all()) {
      const { x, width } = (await tab.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390);
    }
    await page.setViewportSize({ width: 1366, height: 860 });

    const draft = await product.broadcast({ draft: true });
    await page.goto(`${product.url}/compose/${draft}`);
    const name = page.getByLabel('Name of the broadcast');
    await name.waitFor();
    await page.context().clearCookies();
    await name.fill('Typed by Wang Fang');
    await over.waitFor();
    await over.getByLabel('Login', { exact: true }).fill('li.lei');
    await over.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await over.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('button', { name: '李雷' }).waitFor();
    await name.waitFor();
    expect(await name.inputValue()).toBe('');
    expect((await product.show(draft)).name).toBeNull();

    await page.context().clearCookies();
    await page.reload();
    await page.getByLabel('Login', { exact: true }).fill('wang.fang');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await product.until(async () => (await product.show(draft)).name === 'Typed by Wang Fang');
    expect(await name.inputValue()).toBe('Typed by Wang Fang');
  });

  it('the console takes a message from its template to every follower, tried on a phone and read once more before, and is stopped midway', async () => {
    const { product } = world;
    const accounts = await product.expect(200, 'GET', '/v1/accounts');
    const { appid } = accounts.json.items.find((each: { sandbox: boolean }) => each.sandbox);
    const people = await product.expect(200, 'GET', `/v1/accounts/${appid}/sandbox/people`);
    const [one, two]: string[] = people.json.items.map((each: { openid: string }) => each.openid);
    const author = await visit(`/templates?appid=${appid}`);
    const { page } = author;
    const next = (step: string): Promise<void> =>
      page.getByRole('button', { name: `下一步：${step}` }).click();
    await logIn(author, 'wang.fang');

    await page.getByRole('heading', { name: '模板', exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    expect(new URL(page.url()).pathname).toBe('/templates');
    await page.getByRole('link', { name: '发送任务' }).click();
    await page.getByRole('link', { name: '新建发送任务' }).first().click();
    await page.getByRole('button', { name: /^活动报名成功通知/ }).click();

    await page.getByLabel('任务名称').fill('秋季公开课通知');
    await page.getByLabel('活动名称').fill('秋季公开课');
    await page.getByLabel('活动时间').fill('2026-12-03 19:30');
    // What is left to fill in is one click away, from whichever step.
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const left = page.getByRole('button', { name: '还差 2 处' });
    await left.waitFor();
    await next('发给谁');
    await left.click();
    const place = page.getByLabel('活动地点');
    await place.waitFor();
    await product.until(() => place.evaluate((field) => field.matches(':focus')));
    await place.fill('三号楼报告厅');
    await page.getByRole('radio', { name: '网页' }).check();
    // What is no address yet stays where it is typed while the draft saves itself.
    await page.getByLabel('网页地址').pressSequentially('https');
    await product.until(async () => (await product.show(id)).asGiven?.['url'] === 'https');
    await page.getByText(/已保存 \d\d:/).waitFor();
    expect(await page.getByLabel('网页地址').inputValue()).toBe('https');
    await page.getByLabel('网页地址').pressSequentially('://example.com/');
    await light(page, 'dark');
    expect(await author.audit()).toEqual([]);
    await light(page, 'light');
    expect(await author.audit()).toEqual([]);

    await next('发给谁');
    await page.getByRole('radio', { name: '指定的人' }).check();
    await page.getByLabel('指定的人').last().fill(`${one}\n${two}\n${one}`);
    await product.until(async () => (await product.show(id)).audience?.['count'] === 2);
    // Until the page has its answer, leaving it is asked about.
    await page.getByText(/已保存 \d\d:/).waitFor();
    await page.reload();
    await page.getByText('已保存一份 2 人的名单').waitFor();
    await page.getByRole('button', { name: /确认/ }).click();
    await page.getByText('2 人', { exact: true }).waitFor();
    await page
      .getByRole('button', { name: /发给谁/ })
      .first()
      .click();
    await page.getByRole('radio', { name: '全部粉丝' }).check();
    await page.getByText(/^520 人/).waitFor();

    await next('何时发');
    await page.getByRole('checkbox', { name: /^先发一小批/ }).check();
    await page.getByLabel('先发多少人').fill('0');
    await page.locator('.choice .fault').waitFor();
    expect(await page.getByLabel('先发多少人').inputValue()).toBe('0');
    await page.getByRole('checkbox', { name: /^先发一小批/ }).uncheck();

    await next('试一试');
    await page.getByRole('checkbox', { name: '王芳' }).check();
    await page.getByRole('button', { name: '发送测试（1 人）' }).click();
    await page.getByText('已送达', { exact: true }).waitFor();
    await page.getByRole('button', { name: '王芳', exact: true }).click();
    const phone = page.getByRole('article', { name: '消息预览' }).last();
    await phone.getByText('三号楼报告厅').waitFor();
    expect(await author.audit()).toEqual([]);
    // What was tried, and is still what was tried, counts as done.
    await page.getByRole('button', { name: /^试一试\s*已填好$/ }).waitFor();

    await next('确认');
    await page.getByText('全部粉丝 · 520 人').waitFor();
    await page.getByRole('button', { name: '确认发送…' }).click();
    const question = page.getByRole('dialog', { name: '发给 520 人？' });
    await question.waitFor();
    await light(page, 'dark');
    expect(await author.audit()).toEqual([]);
    // What is confirmed is what was read: a colleague's change in between is read first.
    await product.expect(200, 'PATCH', `/v1/broadcasts/${id}`, { name: '冬季公开课通知' });
    await question.getByRole('button', { name: '发给 520 人' }).click();
    await question.getByText('任务名称改了').waitFor();
    expect((await product.show(id)).state).toBe('draft');
    await question.getByRole('button', { name: '发给 520 人' }).click();
    await page.getByText('已开始。可以关掉页面').waitFor();
    await product.until(async () => (await product.show(id)).counts.delivered > 0);

    await page.getByRole('button', { name: '暂停', exact: true }).click();
    await page.getByText('已暂停', { exact: true }).first().waitFor();
    // From how many to who they are, without a search, on a phone too.
    await page.setViewportSize({ width: 390, height: 844 });
    await page
      .locator('.legend')
      .getByRole('link', { name: /^已送达/ })
      .click();
    await page.getByRole('button', { name: /^已送达 /, pressed: true }).waitFor();
    const top = page.locator('.deliveries-chips');
    await product.until(() => top.evaluate((chips) => chips.matches(':focus')));
    expect(await top.evaluate((chips) => chips.getBoundingClientRect().top)).toBeLessThan(600);
    const list = page.locator('.table-scroll');
    expect(await list.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0);
    expect(await author.audit()).toEqual([]);
    await page.getByRole('button', { name: '终止' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^终止，剩余/ })
      .click();
    await page.getByText('已终止', { exact: true }).first().waitFor();
    // After the first one the overview leads to the next.
    await page.goto(`${product.url}/?appid=${appid}`);
    await page.getByRole('link', { name: '新建发送任务' }).click();
    await page.getByRole('heading', { name: '选一个模板' }).waitFor();
  });

  /** A template of the first account, and values that fit it. */
  async function message(): Promise<{ templateId: string; fields: Record<string, string> }> {
    const { json } = await world.product.expect(
      200,
      'GET',
      `/v1/accounts/${world.product.appid}/templates`,
    );
    const { templateId } = json.items.find(({ title }: { title: string }) =>
      title.includes('课程开课提醒'),
    );
    return {
      templateId,
      fields: {
        first: '你好',
        keyword1: '张三',
        keyword2: '微信公众号开发',
        keyword3: '2026-12-03 9:00',
        keyword4: '2026-12-03 10:00',
        remark: '欢迎参加',
      },
    };
  }
});
