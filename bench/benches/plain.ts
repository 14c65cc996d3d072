import { type Bench, type Figures, messagesOf, WARM_UP_MESSAGES } from '../bench.js';
import { createWarmAccount, measureBroadcast } from '../support/broadcast-run.js';
import { type Kill, killPlainService, killWeicast } from '../support/kill-run.js';
import type { MeasuredRun } from '../support/measured-run.js';
import { measurePlainBroadcast, withPlainService } from '../support/plain-service.js';
import { runFigures } from '../support/run-figures.js';
import { spreadOf } from '../support/spread.js';
import { table } from '../table.js';
import type { Testbed } from '../support/testbed.js';
import { CONCURRENCY } from './weicast.js';

const LATENCY_MS = 100;
/** A kill costs what is under way, which does not grow with the broadcast. */
const MOST_KILLED = 10_000;
/** WeChat knows a `client_msg_id` for ten minutes. */
const LONG_STOP_SECONDS = 11 * 60;

export const plain: Bench = {
  name: 'plain',
  about:
    'the service that a good team would write in a week, in turn with the product; both killed',
  async run(testbed, options) {
    const messages = messagesOf(options);
    // Stores of its own: what tables and idle sweeps cost later is charged to the program that has them.
    const apart = testbed.apart();
    const kill = { recipients: Math.min(messages, MOST_KILLED), stoppedSeconds: 0 };
    const rounds = await measureInTurn(testbed, apart, messages, options.rounds);
    if (options.profileDir !== undefined) return { '100ms': rounds };
    return {
      '100ms': rounds,
      'killed at 5 %': await killEach(testbed, apart, { ...kill, at: 0.05 }),
      'killed at 50 %': await killEach(testbed, apart, { ...kill, at: 0.5 }),
      ...(options.full && {
        'killed at 50 %, started after 11 minutes': await killEach(testbed, apart, {
          ...kill,
          at: 0.5,
          stoppedSeconds: LONG_STOP_SECONDS,
        }),
      }),
    };
  },
};

async function measureInTurn(
  testbed: Testbed,
  apart: Testbed,
  messages: number,
  rounds: number,
): Promise<Figures> {
  const settings = { followers: messages, latencyMs: LATENCY_MS, receipts: true };
  const wechat = await apart.wechat();
  const theirs = await wechat.createAccount(messages, LATENCY_MS);
  return testbed.withService(
    { processes: [['api', 'callback', 'worker']], slots: CONCURRENCY },
    async (weicast) => {
      const account = await createWarmAccount(testbed, weicast, settings);
      return withPlainService(apart, theirs, { sendsClientMsgId: true }, async (service) => {
        const warmUp = Math.min(messages, WARM_UP_MESSAGES);
        await measurePlainBroadcast(apart, service, theirs, warmUp);
        const runs: { plain: MeasuredRun; ours: MeasuredRun }[] = [];
        for (let round = 1; round <= rounds; round++) {
          testbed.log(`round ${round} of ${rounds}`);
          const run = {
            plain: await measurePlainBroadcast(apart, service, theirs),
            ours: await measureBroadcast(testbed, weicast, account, { receipts: true }),
          };
          testbed.log(
            `${Math.round(run.ours.total)} µs a message beside ${Math.round(run.plain.total)}`,
          );
          runs.push(run);
        }
        return {
          concurrency: CONCURRENCY,
          weicast: runFigures(runs.map(({ ours }) => ours)),
          plainService: runFigures(runs.map((run) => run.plain)),
          cpuRatioToPlainService: spreadOf(
            runs.map((run) => run.ours.total / run.plain.total),
            3,
          ),
        };
      });
    },
  );
}

/** The three one after the other. Where the wait is long they wait together, as nothing of them is timed. */
async function killEach(testbed: Testbed, apart: Testbed, kill: Kill): Promise<Figures> {
  testbed.log(
    `killed after ${Math.round(kill.recipients * kill.at)} of ${kill.recipients} messages`,
  );
  // Each takes minutes, so what was counted is told at once.
  const told = async (name: string, count: Promise<Figures>): Promise<Figures> => {
    testbed.log(table(name, await count));
    return count;
  };
  const killPlain = (name: string, sendsClientMsgId: boolean) =>
    told(name, killPlainService(apart, kill, { sendsClientMsgId }));
  const plainService = () => killPlain('plain service', true);
  const weicast = () => told('weicast', killWeicast(testbed, kill));
  if (kill.stoppedSeconds > 0) {
    const [theirs, ours] = await Promise.all([plainService(), weicast()]);
    return { plainService: theirs, weicast: ours };
  }
  return {
    plainService: await plainService(),
    plainServiceWithoutClientMsgId: await killPlain('without client_msg_id', false),
    weicast: await weicast(),
  };
}
