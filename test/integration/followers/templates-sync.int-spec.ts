import { spokenFault } from '../../../src/accounts/spoken-fault.js';
import type { Kysely } from 'kysely';
import pg from 'pg';
import type { Account } from '../../../src/accounts/account.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { both } from '../../../src/kernel/bilingual.js';
import { DomainError } from '../../../src/kernel/domain-error.js';
import { TemplateReconciliation } from '../../../src/templates/template-reconciliation.js';
import { TemplateRepository } from '../../../src/templates/template.repository.js';
import type { TemplateTables } from '../../../src/templates/template.tables.js';
import { TemplatesService } from '../../../src/templates/templates.service.js';
import { AccountFaulted, TokenUnavailable } from '../../../src/token/store/token.errors.js';
import type { WechatApi } from '../../../src/token/wechat-api.js';
import type { WechatAnswer } from '../../../src/wechat/answer.js';
import { WechatRefusal, WechatUnreachable } from '../../../src/wechat/wechat.errors.js';
import type { WechatRequest } from '../../../src/wechat/wechat.transport.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { addAccount } from '../../support/worlds/followers-world.js';

/** WeChat's side: the templates of an account, as its two lists answer them. */
class TemplateShelf {
  readonly asked: WechatRequest[] = [];
  titles = new Map<string, string>();
  subscriptions: object[] = [];
  /** What the first list of an account answers. */
  instead: WechatAnswer | Error | undefined;
  insteadOfSubscriptions: WechatAnswer | Error | undefined;

  async call(_account: Account, request: WechatRequest): Promise<WechatAnswer> {
    this.asked.push(request);
    if (request.path === SUBSCRIPTIONS_PATH) {
      if (this.insteadOfSubscriptions instanceof Error) throw this.insteadOfSubscriptions;
      return this.insteadOfSubscriptions ?? { errcode: 0, data: this.subscriptions };
    }
    if (this.instead instanceof Error) throw this.instead;
    const templates = [...this.titles].map(([template_id, title]) => ({
      template_id,
      title,
      primary_industry: '教育',
      deputy_industry: '培训',
      content: '课程：{{thing1.DATA}}\n{{remark.DATA}}',
      example: '课程：语文',
    }));
    return this.instead ?? { template_list: templates };
  }
}

const PATH = '/cgi-bin/template/get_all_private_template';
const SUBSCRIPTIONS_PATH = '/wxaapi/newtmpl/gettemplate';

/** As in WeChat's documentation. */
const CLASS_REMINDER = {
  priTmplId: 'S',
  title: '上课提醒',
  content: '课程:{{thing1.DATA}}\n方式:{{enum_string2.DATA}}\n',
  example: '课程:语文\n方式:线上\n',
  type: 2,
  keywordEnumValueList: [{ keywordCode: 'enum_string2.DATA', enumValueList: ['线上', '线下'] }],
};

describe('the templates of an account', () => {
  let database: TestDatabase;
  let db: Kysely<TemplateTables>;
  let account: Account;
  let other: Account;
  let shelf: TemplateShelf;
  let templates: TemplatesService;

  beforeEach(async () => {
    database = await createTestDatabase();
    const options = { connectionString: database.url, max: 5, options: clockOption(0) };
    db = kyselyOn<TemplateTables>(new pg.Pool(options).on('error', () => {}));
    account = await addAccount(db as never, 'wx0000000000000001');
    other = await addAccount(db as never, 'wx0000000000000002');
    shelf = new TemplateShelf();
    const repository = new TemplateRepository(db);
    templates = new TemplatesService(
      repository,
      new TemplateReconciliation(db, repository),
      shelf as unknown as WechatApi,
    );
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const shelve = (titles: Record<string, string>) =>
    (shelf.titles = new Map(Object.entries(titles)));

  it('the templates of an account follow WeChat’s list, and the sync says what is new, changed and gone', async () => {
    shelve({ A: '甲', B: '乙' });
    expect(await templates.sync(account)).toMatchObject({
      added: ['A', 'B'],
      changed: [],
      removed: [],
    });
    expect(shelf.asked).toEqual([
      { path: PATH, method: 'GET' },
      { path: SUBSCRIPTIONS_PATH, method: 'GET' },
    ]);
    expect(await templates.sync(account)).toMatchObject({ added: [], changed: [], removed: [] });
    shelve({ B: '乙 新', C: '丙' });
    expect(await templates.sync(account)).toMatchObject({
      added: ['C'],
      changed: ['B'],
      removed: ['A'],
    });
  });

  it('the templates of an account are kept when WeChat drops them, for reading and not for sending', async () => {
    shelve({ A: '甲', B: '乙' });
    await templates.sync(account);
    shelve({ B: '乙' });
    await templates.sync(account);

    expect(
      (await templates.list(account, undefined, 50)).items.map(({ templateId }) => templateId),
    ).toEqual(['B']);
    expect(await templates.findTemplate(account, 'A')).toMatchObject({
      title: '甲',
      removedAt: expect.any(Date) as Date,
    });
    await expect(templates.requireTemplate(account, 'A')).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'template_removed',
    });
    expect(await templates.sync(account)).toMatchObject({ added: [], changed: [], removed: [] });
  });

  it('the templates of an account that look like a test account’s have it offered, until the account says what it is', async () => {
    const free = {
      template_id: 'F',
      title: '早安',
      primary_industry: '',
      deputy_industry: '',
      content: '今天是{{date.DATA}}，{{city.DATA}}',
      example: '',
    };
    shelf.instead = { template_list: [free] };
    expect((await templates.sync(account)).warnings).toEqual([
      {
        path: 'testAccount',
        code: 'looks_like_test_account',
        params: {},
        zh: expect.stringContaining('测试号') as string,
        en: expect.stringContaining('test account') as string,
        message: expect.stringContaining('testAccount') as string,
      },
    ]);
    expect((await templates.sync({ ...account, testAccount: true })).warnings).toEqual([]);

    const listed = { ...free, content: '课程：{{thing1.DATA}}', example: '课程：语文' };
    shelf.instead = { template_list: [listed] };
    expect((await templates.sync(account)).warnings).toEqual([]);
    const legacy = { ...free, content: '课程：{{keyword1.DATA}}', primary_industry: '教育' };
    shelf.instead = { template_list: [legacy] };
    expect((await templates.sync(account)).warnings).toEqual([]);
  });

  it('the templates of an account come back as added', async () => {
    shelve({ A: '甲' });
    await templates.sync(account);
    shelve({});
    await templates.sync(account);
    shelve({ A: '甲' });
    expect(await templates.sync(account)).toMatchObject({ added: ['A'], changed: [], removed: [] });
    expect(await templates.requireTemplate(account, 'A')).toMatchObject({ removedAt: null });
  });

  it('the templates of an account have their fields read from their content', async () => {
    shelve({ A: '甲' });
    await templates.sync(account);
    expect(await templates.requireTemplate(account, 'A')).toEqual({
      templateId: 'A',
      family: 'private',
      grantKind: null,
      title: '甲',
      content: '课程：{{thing1.DATA}}\n{{remark.DATA}}',
      example: '课程：语文',
      primaryIndustry: '教育',
      deputyIndustry: '培训',
      fields: [
        {
          name: 'thing1',
          type: 'thing',
          limit: 20,
          values: null,
          label: '课程',
          shown: true,
          reason: null,
        },
        {
          name: 'remark',
          type: 'text',
          limit: null,
          values: null,
          label: '',
          shown: false,
          reason: expect.objectContaining({ code: 'not_shown_since_2023' }) as object,
        },
      ],
      unread: [],
      changedAt: expect.any(Date) as Date,
      firstReadAt: expect.any(Date) as Date,
      removedAt: null,
    });
  });

  it('a template that is read for the first time has not changed: it has once WeChat lists another text', async () => {
    shelve({ A: '甲' });
    await templates.sync(account);
    const first = await templates.requireTemplate(account, 'A');
    expect(first.firstReadAt).toEqual(first.changedAt);
    shelve({ A: '乙' });
    await templates.sync(account);
    const changed = await templates.requireTemplate(account, 'A');
    expect(changed.firstReadAt).toEqual(first.firstReadAt);
    expect(changed.changedAt.getTime()).toBeGreaterThan(first.changedAt.getTime());
  });

  it('the templates of an account are its own: another account with the same ids is not touched', async () => {
    shelve({ A: '甲' });
    await templates.sync(account);
    await templates.sync(other);
    shelve({});
    await templates.sync(account);
    expect(await templates.requireTemplate(other, 'A')).toMatchObject({ title: '甲' });
    await expect(templates.requireTemplate(account, 'B')).rejects.toMatchObject({
      code: 'template_not_found',
    });
  });

  it('the templates of an account are listed page by page', async () => {
    shelve({ C: '丙', A: '甲', b: '乙', B: '乙' });
    await templates.sync(account);
    const first = await templates.list(account, undefined, 2);
    expect(first).toMatchObject({ items: [{ templateId: 'A' }, { templateId: 'B' }], next: 'B' });
    expect(await templates.list(account, 'B', 2)).toMatchObject({
      items: [{ templateId: 'C' }, { templateId: 'b' }],
      next: null,
    });
  });

  it('the templates of an account survive two syncs at once: each change is told once', async () => {
    shelve({ A: '甲', B: '乙' });
    const diffs = await Promise.all([1, 2, 3].map(() => templates.sync(account)));
    expect(diffs.flatMap(({ added }) => added).toSorted()).toEqual(['A', 'B']);
  });

  it('the templates of an account stay as they are when WeChat answers no list', async () => {
    shelve({ A: '甲' });
    await templates.sync(account);
    shelf.instead = {};
    await expect(templates.sync(account)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'wechat_answer_unusable',
    });
    expect(await templates.requireTemplate(account, 'A')).toBeDefined();
  });

  it('the templates of an account of subscription kind stand beside the private ones, each list for itself', async () => {
    shelve({ A: '甲' });
    shelf.subscriptions = [CLASS_REMINDER, { ...CLASS_REMINDER, priTmplId: 'T', type: '3' }];
    expect(await templates.sync(account)).toEqual({
      added: ['A', 'S', 'T'],
      changed: [],
      removed: [],
      notRead: [],
      warnings: [],
    });
    expect(await templates.requireTemplate(account, 'S')).toMatchObject({
      family: 'subscription',
      grantKind: 'one_time',
      title: '上课提醒',
      fields: [
        { name: 'thing1', type: 'thing', values: null, label: '课程' },
        { name: 'enum_string2', type: 'enum_string', values: ['线上', '线下'], label: '方式' },
      ],
    });
    expect(await templates.requireTemplate(account, 'T')).toMatchObject({ grantKind: 'long_term' });

    shelf.subscriptions = [{ ...CLASS_REMINDER, keywordEnumValueList: [] }];
    expect(await templates.sync(account)).toMatchObject({ changed: ['S'], removed: ['T'] });
    expect(await templates.requireTemplate(account, 'A')).toMatchObject({ family: 'private' });
  });

  it.each([
    {
      instead: new WechatRefusal(SUBSCRIPTIONS_PATH, 48001, 'api unauthorized rid: 1-2-3'),
      is: 'is refused',
    },
    {
      instead: new WechatUnreachable(SUBSCRIPTIONS_PATH, 'maybe', new Error('timeout')),
      is: 'is not answered',
    },
    { instead: { errcode: 0 }, is: 'is no list' },
  ])(
    'the templates of an account of the second list stay as they are when that $is, and do not spoil the first',
    async ({ instead }) => {
      shelf.subscriptions = [CLASS_REMINDER];
      await templates.sync(account);
      shelve({ A: '甲' });
      shelf.insteadOfSubscriptions = instead;
      expect(await templates.sync(account)).toEqual({
        added: ['A'],
        changed: [],
        removed: [],
        notRead: [
          {
            family: 'subscription',
            code: expect.any(String) as string,
            message: expect.any(String) as string,
            params: expect.any(Object) as object,
            zh: expect.any(String) as string,
            en: expect.any(String) as string,
          },
        ],
        warnings: [],
      });
      expect(await templates.requireTemplate(account, 'S')).toMatchObject({
        family: 'subscription',
      });
    },
  );

  it('the templates of an account of a mini program are those of subscription kind alone', async () => {
    const mini = { ...account, kind: 'mini_program' } as const;
    shelve({ A: '甲' });
    shelf.subscriptions = [CLASS_REMINDER];
    expect(await templates.sync(mini)).toMatchObject({ added: ['S'] });
    expect(shelf.asked).toEqual([{ path: SUBSCRIPTIONS_PATH, method: 'GET' }]);

    shelf.insteadOfSubscriptions = new WechatRefusal(SUBSCRIPTIONS_PATH, 45009, 'reach limit');
    await expect(templates.sync(mini)).rejects.toMatchObject({ code: 'wechat_refused' });
  });

  it('the templates of an account that meet an unknown address say so, and speak of no jump url', async () => {
    shelf.instead = new WechatRefusal(PATH, 40066, 'invalid url rid: 1-2-3');
    await expect(templates.sync(account)).rejects.toMatchObject({
      code: 'wechat_refused',
      message: expect.stringMatching(
        /^微信返回 40066。.*地址.*WeChat answered 40066\. .*WECHAT_API_BASE/,
      ) as string,
    });
  });

  it.each([
    ['wechat_busy', 'unavailable', new WechatRefusal(PATH, -1, 'system error rid: 1-2-3')],
    [
      'wechat_busy',
      'unavailable',
      new WechatRefusal(PATH, 45011, 'api minute-quota reach limit rid: 1-2-3'),
    ],
    [
      'wechat_refused',
      'unprocessable',
      new WechatRefusal(PATH, 48001, 'api unauthorized rid: 1-2-3'),
    ],
    [
      'wechat_unreachable',
      'unavailable',
      new WechatUnreachable(PATH, 'maybe', new Error('timeout')),
    ],
    ['wechat_unreachable', 'unavailable', new TokenUnavailable('wx0000000000000001', 'timeout')],
    [
      'account_faulted',
      'conflict',
      new AccountFaulted('wx0000000000000001', {
        code: 'secret_refused',
        errcode: 40125,
        rid: null,
        ...spokenFault(both('被拒绝。', 'refused')),
      }),
    ],
  ])(
    'the templates of an account answer %s (%s) when the list cannot be had: %s',
    async (code, kind, error) => {
      shelf.instead = error;
      const refusal = await templates.sync(account).catch((caught: unknown) => caught);
      expect(refusal).toBeInstanceOf(DomainError);
      expect(refusal).toMatchObject({ code, kind });
      if (error instanceof WechatRefusal) {
        expect(refusal).toMatchObject({
          extra: { details: { errcode: error.errcode, rid: '1-2-3' } },
        });
        expect((refusal as DomainError).message).toMatch(/\p{Script=Han}.*[a-z]/u);
      }
    },
  );
});
