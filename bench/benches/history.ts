import type { Bench, Figures } from '../bench.js';
import {
  createWarmAccount,
  type MeasuredBroadcast,
  measureBroadcast,
} from '../support/broadcast-run.js';
import { dropMonth, makeHistory, requireSpace } from '../support/history.js';
import { receiptWaits } from '../support/receipt-waits.js';
import { runFigures } from '../support/run-figures.js';
import type { Service } from '../support/service.js';
import { percentileOf, spreadOf } from '../support/spread.js';
import { storageFigures } from '../support/storage-figures.js';
import type { Testbed } from '../support/testbed.js';
import type { WechatAccount } from '../support/wechat-process.js';
import { CONCURRENCY } from './weicast.js';

const LATENCY_MS = 100;
const MONTHS = 12;

/** The product with stores of its own, and the account that sends. */
interface Side {
  readonly testbed: Testbed;
  readonly service: Service;
  readonly account: WechatAccount;
  readonly runs: MeasuredBroadcast[];
}

export const history: Bench = {
  name: 'history',
  about: `the product on an empty database, in turn with the same after ${MONTHS} months, one of which is dropped in the middle`,
  async run(testbed, { full, rounds, size }) {
    const rows = size ?? (full ? 20_000_000 : 1_000_000);
    const followers = Math.min(full ? 100_000 : 10_000, Math.ceil(rows / MONTHS));
    await requireSpace(rows);
    const beside = testbed.apart();
    const prepare = async (service: Service, account: WechatAccount) => {
      testbed.log(`${rows} rows of history`);
      const postgres = await beside.postgres();
      const url = service.databaseUrl;
      await makeHistory(url, { account, rows, months: MONTHS }, testbed.log);
      // Both sides send to the same people, those too who refused.
      for (const text of ['delete from suppression', 'vacuum analyze suppression', 'checkpoint'])
        await postgres.query(url, text);
    };
    return withSide(testbed, followers, undefined, (empty) =>
      withSide(beside, followers, prepare, async (filled) => {
        for (let round = 1; round <= rounds; round++) {
          testbed.log(`round ${round} of ${rounds}`);
          await measureRound(empty);
          await measureRound(filled, () =>
            dropMonth(filled.service.databaseUrl, MONTHS - round + 1),
          );
        }
        return { [`${rows} rows`]: await figuresOf(empty, filled) };
      }),
    );
  },
};

async function withSide<T>(
  testbed: Testbed,
  followers: number,
  prepare: ((service: Service, account: WechatAccount) => Promise<void>) | undefined,
  use: (side: Side) => Promise<T>,
): Promise<T> {
  const processes = [['api', 'callback', 'worker']] as const;
  // Months are dropped when a round says so, and at no other time.
  const options = { processes, slots: CONCURRENCY, retentionDays: 0 };
  return testbed.withService(options, async (service) => {
    const account = await createWarmAccount(testbed, service, {
      followers,
      latencyMs: LATENCY_MS,
      receipts: true,
      ...(prepare && { prepare: (added) => prepare(service, added) }),
    });
    return use({ testbed, service, account, runs: [] });
  });
}

async function measureRound(side: Side, atHalf?: () => Promise<void>): Promise<void> {
  const { testbed, service, account, runs } = side;
  runs.push(await measureBroadcast(testbed, service, account, { receipts: true, atHalf }));
}

async function figuresOf(empty: Side, filled: Side): Promise<Figures> {
  const ratios = filled.runs.map(({ total }, n) => total / (empty.runs[n]?.total ?? NaN));
  return {
    concurrency: CONCURRENCY,
    empty: await figuresOfSide(empty),
    history: await figuresOfSide(filled),
    cpuHistoryRatio: spreadOf(ratios, 3),
  };
}

async function figuresOfSide({ testbed, service, account, runs }: Side): Promise<Figures> {
  const [postgres, wechat] = [await testbed.postgres(), await testbed.wechat()];
  const waits = await receiptWaits(
    { wechat, postgres, databaseUrl: service.databaseUrl },
    account,
    runs.map(({ broadcastId }) => broadcastId),
  );
  return {
    ...runFigures(runs),
    receiptStoredP99Ms: spreadOf(
      waits.map((ms) => percentileOf(ms, 0.99)),
      0,
    ),
    storage: await storageFigures(postgres, service.databaseUrl),
  };
}
