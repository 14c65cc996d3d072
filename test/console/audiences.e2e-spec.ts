import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { encoded } from '../support/uploads/encoded.js';
import { ConsoleWorld, hasBrowser, type Session, type Visit } from './console-world.js';

const PASSWORD = 'correct horse battery';
const journeys = hasBrowser ? describe : describe.skip;

journeys('the audiences of the console, in a real browser', () => {
  let world: ConsoleWorld;
  let session: Session;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    const { product } = world;
    await product.expect(201, 'POST', '/v1/setup', {
      key: product.adminKey,
      login: 'wang.fang',
      name: '王芳',
      password: PASSWORD,
    });
    await product.ready({ name: '某某教育' });
    session = await world.logIn('wang.fang', PASSWORD);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    visit = await world.visit({ session });
    ({ page } = visit);
  });
  afterEach(async () => {
    const { faults } = visit;
    await visit.close();
    expect(faults).toEqual([]);
  });

  const rows = () => page.getByRole('table').first().getByRole('row');

  it('a bad GBK list is looked at, imported, mended from its error file and imported again', async () => {
    const { product } = world;
    const [one, two, three] = [product.openid(0), product.openid(1), product.openid(2)];
    const sheet = [
      '微信openid,姓名',
      `${one},张三`,
      '不是编号,李四',
      `${two},王五`,
      `${one},又一个张三`,
      '',
    ].join('\r\n');
    await page.goto(`${product.url}/`);
    await page.getByRole('link', { name: '受众' }).click();
    await page.getByText('还没有名单').waitFor();
    expect(await visit.audit()).toEqual([]);
    const choose = page.getByLabel('选择文件');
    await choose.setInputFiles({
      name: '秋季名单.csv',
      mimeType: 'text/csv',
      buffer: encoded('gb18030', sheet),
    });

    await page.getByRole('heading', { name: '秋季名单' }).waitFor();
    await page.getByText('待导入', { exact: true }).waitFor();
    // What it was taken for is right already, and can be seen to be: the other way round the names are none.
    await page.getByRole('cell', { name: '张三', exact: true }).waitFor();
    const encoding = page.getByLabel('编码');
    expect(await encoding.inputValue()).toBe('gb18030');
    await encoding.selectOption('big5');
    await page.getByRole('cell', { name: '张三', exact: true }).waitFor({ state: 'detached' });
    await page.getByLabel('编码').and(page.locator(':enabled')).selectOption('gb18030');
    await page.getByRole('cell', { name: '张三', exact: true }).waitFor();
    expect(await visit.audit()).toEqual([]);

    const name = page.getByLabel('第 2 列的列名');
    await name.and(page.locator(':enabled')).fill('称呼');
    await page.getByRole('button', { name: '保存列名' }).click();
    await page.getByText('待导入', { exact: true }).waitFor();
    await page
      .getByRole('button', { name: '导入', exact: true })
      .and(page.locator(':enabled'))
      .click();
    await page.getByText('可用', { exact: true }).first().waitFor();
    await page.getByRole('heading', { name: '不能用的 2 行' }).waitFor();
    expect(await rows().allTextContents()).toEqual([
      expect.stringContaining('原因'),
      expect.stringMatching(/^3.*不是编号/),
      expect.stringMatching(/^5.*第 2 行/),
    ]);
    await page.getByText('查看可用的 2 行').click();
    await page.getByRole('columnheader', { name: '称呼' }).last().waitFor();
    await page.getByRole('rowheader', { name: two }).waitFor();
    expect(await visit.audit()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await visit.audit()).toEqual([]);
    await page.setViewportSize({ width: 1366, height: 860 });

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载错误文件' }).click();
    const errors = await readFile(await (await downloading).path(), 'utf8');
    expect(errors).toContain('错误原因');
    // Mended as a person would: the reasons stay, and are no column that anybody asked for.
    const mended = errors.replace('不是编号', three).replace(/^.*又一个张三.*\r?\n/m, '');
    await page.getByRole('link', { name: '上传改好的文件' }).click();
    await choose.setInputFiles({
      name: '秋季名单 改好.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(mended),
    });
    await page.getByRole('heading', { name: '秋季名单 改好' }).waitFor();
    await page
      .getByRole('button', { name: '导入', exact: true })
      .and(page.locator(':enabled'))
      .click();
    await page.getByText('查看可用的 1 行').click();
    await page.getByRole('rowheader', { name: three }).waitFor();
    expect(await page.getByText(/^不能用的/).count()).toBe(0);

    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: '删除名单' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除名单' }).click();
    await page.getByRole('row', { name: /秋季名单\.csv/ }).waitFor();
    expect(await page.getByRole('row', { name: /秋季名单 改好/ }).count()).toBe(0);
    expect(await visit.audit()).toEqual([]);
  });

  it('a tag is made, given to people of whom WeChat refuses one by name, renamed, read anew and deleted', async () => {
    const { product } = world;
    await page.goto(`${product.url}/audiences/tags`);
    await page.getByText('还没有标签').waitFor();
    await page.getByRole('button', { name: '新建标签' }).click();
    await page.getByRole('dialog').getByLabel('标签').fill('老客');
    await page.keyboard.press('Enter');
    const row = page.getByRole('row', { name: /老客/ });
    await row.waitFor();

    await row.getByRole('button', { name: '打标签' }).click();
    const people = page.getByRole('dialog', { name: /老客/ });
    const stranger = 'o-nobody_of_this_account_000';
    await people
      .getByLabel(/^openid/)
      .fill([product.openid(0), product.openid(1), stranger].join('\n'));
    await people.getByRole('button', { name: '给 3 人打上' }).click();
    await people.getByText('2 人已打上标签，1 人被微信拒绝').waitFor();
    await people.getByRole('listitem').getByText(stranger).waitFor();
    expect(await visit.audit()).toEqual([]);
    await people.getByRole('button', { name: '完成' }).click();

    await row.getByRole('button', { name: '改名' }).click();
    await page.getByRole('dialog').getByLabel('标签').fill('会员');
    await page.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '从微信读取' }).click();
    await page.getByText(/^截至/).first().waitFor();
    const renamed = page.getByRole('row', { name: /会员/ });
    await renamed.getByRole('button', { name: '2', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: product.openid(1) })
      .waitFor();
    await page.keyboard.press('Escape');

    await renamed.getByRole('button', { name: '删除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await renamed.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: '微信黑名单' }).click();
    await page.getByRole('button', { name: '从微信读取' }).click();
    await page.getByText('黑名单是空的').waitFor();
    expect(await visit.audit()).toEqual([]);
  });
});
