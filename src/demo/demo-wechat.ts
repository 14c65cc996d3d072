import { randomBytes } from 'node:crypto';
import { Simulator } from '../simulator/simulator.js';

const alphanumeric = (length: number): string =>
  randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length);

/** The account of this run, new each time: nothing of an earlier run answers for it. */
export const demoAccount = () => ({
  appid: `wx${randomBytes(8).toString('hex')}`,
  secret: randomBytes(16).toString('hex'),
  callbackToken: alphanumeric(16),
  encodingAesKey: alphanumeric(43),
});

export type DemoAccount = ReturnType<typeof demoAccount>;

/**
 * A WeChat as the days are: some followers have left although they are listed, some block us, some
 * messages fail; now and then WeChat is busy for a moment; receipts come early, late and twice.
 */
export async function startDemoWechat(account: DemoAccount, followers: number): Promise<Simulator> {
  const simulator = await Simulator.start({
    appid: account.appid,
    secret: account.secret,
    followers,
    population: { left: 0.02, blocking: 0.01, failing: 0.005 },
    sending: { latencyMinMs: 20, latencyMaxMs: 80 },
    receipts: { delayMinMs: 20, delayMaxMs: 400, early: 0.1, twice: 0.05, shuffle: true },
  });
  // Never for those who have left: a busy answer first would make their refusal an honest `unknown`.
  simulator.addFault({
    when: { every: 400, length: 8, skip: 100, sparingLeft: true },
    fault: { kind: 'errcode', errcode: -1 },
  });
  return simulator;
}

/** The service's callback is known only once it listens. */
export function connectCallback(
  simulator: Simulator,
  account: DemoAccount,
  serviceUrl: string,
): void {
  simulator.putAccount({
    appid: account.appid,
    callback: {
      url: `${serviceUrl}/wechat/${account.appid}/callback`,
      token: account.callbackToken,
      encodingAesKey: account.encodingAesKey,
      mode: 'safe',
    },
  });
}
