import type { Simulator } from '../simulator/simulator.js';
import type { AccountPatch } from '../simulator/settings/account-settings.js';

/** How the pretended WeChat behaves. */
export const MOODS = ['well', 'busy', 'quota_gone', 'many_refuse', 'under_review'] as const;
export type Mood = (typeof MOODS)[number];

const SEND_PATH = '/cgi-bin/message/template/send';
const BUSY = -1;

/** A few have left unnoticed, a few refuse messages, a message fails now and then: as with real followers. */
const ORDINARY = { left: 0.004, blocking: 0.01, failing: 0.004 };

const SETTINGS: Readonly<Record<Mood, AccountPatch>> = {
  well: {},
  busy: { sending: { latencyMinMs: 200, latencyMaxMs: 900 } },
  quota_gone: {},
  many_refuse: { population: { ...ORDINARY, blocking: 0.3 } },
  under_review: { reviews: { share: 0.3 } },
};

const WELL: AccountPatch = {
  population: ORDINARY,
  sending: { latencyMinMs: 20, latencyMaxMs: 80 },
  receipts: { delayMinMs: 200, delayMaxMs: 1_500, shuffle: true },
  reviews: { share: 0, delayMinMs: 5_000, delayMaxMs: 15_000, refused: 0.1 },
};

/** Puts one pretended WeChat into a mood, and takes it out of the former one. */
export class Moods {
  readonly #wechat: Simulator;
  /** Calls of the day that a spent quota pretends, for somebody else's. */
  #foreignCalls = 0;

  constructor(wechat: Simulator) {
    this.#wechat = wechat;
  }

  apply(mood: Mood): void {
    const { appid, quotas } = this.#wechat.account();
    this.#wechat.clearFaults();
    this.#wechat.putAccount({ appid, ...WELL });
    this.#wechat.putAccount({ appid, ...SETTINGS[mood] });
    if (mood === 'busy')
      this.#wechat.addFault({
        when: { every: 20, length: 8, sparingLeft: true },
        fault: { kind: 'errcode', errcode: BUSY },
      });
    // The day may have ended since, and the count with it.
    const { used } = quotas.report(SEND_PATH).quota;
    quotas.addForeignCalls(SEND_PATH, -Math.min(this.#foreignCalls, used));
    this.#foreignCalls = mood === 'quota_gone' ? quotas.report(SEND_PATH).quota.remain : 0;
    quotas.addForeignCalls(SEND_PATH, this.#foreignCalls);
  }
}
