import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeWithRedis } from '../support/stores/redis.js';

const program = join(import.meta.dirname, '../../dist/main.js');
const WORKERS = 4;
const USERS = 500;
/**
 * Few sends of a process are in flight: on a busy machine thousands would wait longer than a call may, and be in doubt.
 * Then 41029 counts as our own acceptance, though another system has used that form_id up.
 */
const IN_FLIGHT = '20';
const SENDS_EACH = 5;
/** Of six, one has expired at WeChat and another system has used one up: we know of neither. */
const GOOD = 4;
const HOUR_MS = 3_600_000;

/** The retired template message, against a WeChat of before 2020. */
describeWithRedis('messages that need a form_id each', (redisUrl) => {
  let world: ProductWorld;
  const workers: ChildProcess[] = [];
  afterEach(async () => {
    await Promise.all(
      workers.splice(0).map(async (process) => {
        const ended = once(process, 'exit');
        process.kill('SIGTERM');
        await ended;
      }),
    );
    await world.close();
  });

  async function open(wxopen: boolean, users: number): Promise<void> {
    world = await ProductWorld.open(
      { name: 'Redis', redisUrl },
      { kind: 'mini_program', followers: users, miniProgram: { wxopen } },
    );
    await world.stop();
  }

  const templateId = () => world.wechat.account().templates.list()[0]!.templateId;
  const body = (change: Record<string, unknown> = {}) => ({
    appid: world.appid,
    channel: 'wxopen-template',
    templateId: templateId(),
    fields: { keyword1: '秋季公开课' },
    page: 'pages/index/index',
    audience: { kind: 'hasFormId' },
    ...change,
  });

  it('messages that need a form_id each are sent by four worker processes with no form_id twice, and each failure has its reason', async () => {
    await open(true, USERS);
    await world.start({ ROLES: 'api,callback', WXOPEN_TEMPLATE: 'on' });
    await world.ready({ kind: 'mini_program' });
    const openids = Array.from({ length: USERS }, (_, i) => world.openid(i));
    const issued = [
      ...world.wechat.issueFormIds({ openids, count: GOOD }),
      ...world.wechat.issueFormIds({ openids, ageMs: 8 * 24 * HOUR_MS }),
      ...world.wechat.issueFormIds({ openids, used: true }),
    ];
    // The bad ones are the oldest that we know: every user's first sends meet them.
    const items = issued.map(({ openid, formId, kind }, i) => ({
      openid,
      formId,
      kind,
      collectedAt: new Date(Date.now() - (1 + i / issued.length) * HOUR_MS).toISOString(),
    }));
    const stored = await world.expect(201, 'POST', `/v1/accounts/${world.appid}/form-ids`, {
      items,
    });
    expect(stored.json).toMatchObject({ stored: 6 * USERS, expired: 0 });

    for (let i = 0; i < WORKERS; i++) {
      workers.push(
        spawn(process.execPath, [program], {
          env: world.environment({
            ROLES: 'worker',
            WXOPEN_TEMPLATE: 'on',
            SEND_CONCURRENCY: IN_FLIGHT,
          }),
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      );
    }
    const ids: string[] = [];
    for (let i = 0; i < SENDS_EACH; i++) {
      const audience = { kind: 'openids', openids };
      ids.push((await world.expect(202, 'POST', '/v1/broadcasts', body({ audience }))).json.id);
    }
    const totals = { accepted: 0, refused: 0, unknown: 0, skipped: 0 };
    for (const id of ids) {
      const isOver = async () => (await world.show(id)).state === 'finished';
      await world.until(isOver, `broadcast ${id}`, 240_000);
      const shown = (await world.expect(200, 'GET', `/v1/broadcasts/${id}`)).json;
      expect(shown).toMatchObject({ total: USERS, protection: 'form_id' });
      totals.accepted += shown.counts.accepted;
      totals.refused += shown.counts.refused;
      totals.unknown += shown.counts.unknown;
      totals.skipped += shown.counts.skipped;
      const reasons = shown.skipped.filter(({ count }: { count: number }) => count > 0);
      expect(reasons.map(({ reason }: { reason: string }) => reason)).toEqual(
        shown.counts.skipped > 0 ? ['no_form_id'] : [],
      );
    }
    expect(totals).toEqual({
      accepted: GOOD * USERS,
      refused: 0,
      unknown: 0,
      skipped: (SENDS_EACH - GOOD) * USERS,
    });

    const report = world.wechat.account().formIds.report();
    expect(report).toMatchObject({
      issued: 6 * USERS,
      used: GOOD * USERS,
      uses: GOOD * USERS,
      usedTwiceAttempts: 0,
      presentedTooOften: 0,
    });
    expect(Object.fromEntries(report.refused)).toEqual({ 41028: USERS, 41029: USERS });
    const got = openids.map(
      (openid) => world.wechat.ledger({ openid }).items[0]?.messages.length ?? 0,
    );
    expect(new Set(got)).toEqual(new Set([GOOD]));
  }, 400_000);

  it('messages that need a form_id each are refused while the channel is off, and held with an explanation where WeChat has retired it', async () => {
    await open(false, 3);
    await world.start();
    await world.ready({ kind: 'mini_program' });
    const [form] = world.wechat.issueFormIds({ openids: [world.openid(0)] });
    await world.expect(201, 'POST', `/v1/accounts/${world.appid}/form-ids`, form);
    const refused = await world.call('POST', '/v1/broadcasts', body());
    expect([refused.status, refused.json.code]).toEqual([422, 'channel_retired']);

    await world.stop();
    await world.start({ WXOPEN_TEMPLATE: 'on' });
    const { json } = await world.expect(202, 'POST', '/v1/broadcasts', body());
    await world.until(async () => (await world.show(json.id)).state === 'paused', 'a hold');
    const { holds } = (await world.expect(200, 'GET', `/v1/broadcasts/${json.id}`)).json;
    expect(holds).toMatchObject([
      {
        reason: 'problem',
        errcode: 45103,
        meaning: { zh: expect.any(String), en: expect.any(String) },
      },
    ]);
  });
});
