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

  it('the console takes a newcomer from the admin key to an account of their own, without a word read', async () => {
    const first = await visit('/');
    const { page } = first;
    await page.getByLabel('管理员密钥').fill(world.product.adminKey);
    await page.getByLabel('登录名').fill('wang.fang');
    await page.getByLabel('姓名').fill('王芳');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    expect(await first.audit()).toEqual([]);
    await page.getByRole('button', { name: '开始使用' }).click();

    await page.getByRole('heading', { name: '从哪里开始？' }).waitFor();
    expect(await first.audit()).toEqual([]);
    await page.getByRole('button', { name: '创建模拟号' }).click();
    await page.getByText('这是模拟微信').waitFor();
    await page.getByRole('heading', { name: '总览' }).waitFor();
    expect(new URL(page.url()).searchParams.get('appid')).toMatch(/^wx/);
    expect(await first.audit()).toEqual([]);
  });

  it('the console shows a broadcast move by itself, stops it with one click, and says who has stopped it', async () => {
    await world.product.ready({ name: '某某教育' });
    const { json } = await world.product.expect(202, 'POST', '/v1/broadcasts', {
      appid: world.product.appid,
      ...(await message()),
      name: '暑期公开课提醒',
      audience: { kind: 'all' },
      sendsPerSecond: 4,
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
    expect(await watcher.audit()).toEqual([]);

    await page.getByRole('button', { name: '继续发送' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '继续发送' }).click();
    await page.getByText('发送中', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: '终止' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^终止，剩余/ })
      .click();
    await page.getByText('已终止', { exact: true }).first().waitFor();
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

  it('the console keeps the page of somebody whose session has ended, and goes on where they were', async () => {
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
    await page.locator('.ant-modal-footer').getByText('Add', { exact: true }).click();
    await page.getByText('One-time password, shown this once').waitFor();
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
