import { randomBytes } from 'node:crypto';
import { Simulator } from '../simulator/simulator.js';

const alphanumeric = (length: number): string =>
  randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length);

/** Creates a new account for each run, so that nothing of an earlier run counts. */
export const demoAccount = () => ({
  appid: `wx${randomBytes(8).toString('hex')}`,
  secret: randomBytes(16).toString('hex'),
  callbackToken: alphanumeric(16),
  encodingAesKey: alphanumeric(43),
});

export type DemoAccount = ReturnType<typeof demoAccount>;

/**
 * Starts a simulator with usual trouble: some listed followers have left, some block us, and some messages
 * fail. WeChat is busy at times. Receipts come early, late and twice.
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
  // A busy answer to a follower who has left would turn the later refusal into `unknown`.
  simulator.addFault({
    when: { every: 400, length: 8, skip: 100, sparingLeft: true },
    fault: { kind: 'errcode', errcode: -1 },
  });
  return simulator;
}

/** Sets the callback of the account. Its address is known only after the service listens. */
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
