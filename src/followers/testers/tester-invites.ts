import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { refusedCall } from '../../token/source/refused-call.js';
import { WechatApi } from '../../token/wechat-api.js';
import type { WechatAnswer } from '../../wechat/answer.js';
import { newInviteScene } from './invite-scene.js';
import type { TesterTables } from './testers.tables.js';

/** A QR code with a scene of ours. */
export interface Invitation {
  /** What is to be drawn as a QR code. */
  readonly text: string;
  readonly expiresAt: Date;
}

const PATH = '/cgi-bin/qrcode/create';
const SECONDS = 30 * 60;

/** Makes codes that testers scan: whoever has done so is marked among those who have just shown themselves. */
@Injectable()
export class TesterInvites {
  readonly #db: Kysely<TesterTables>;
  readonly #wechat: WechatApi;
  readonly #clock: Clock;

  constructor(db: Kysely<TesterTables>, wechat: WechatApi, clock: Clock) {
    this.#db = db;
    this.#wechat = wechat;
    this.#clock = clock;
  }

  /** The code is WeChat's; nothing of it is kept here but the entry of the audit. */
  async make(account: Account): Promise<Invitation> {
    if (account.kind !== 'service') throw noCodes(account.appid);
    const from = this.#clock.now();
    const answer = await this.#ask(account);
    const { url, expire_seconds: seconds } = answer as { url?: unknown; expire_seconds?: unknown };
    if (typeof url !== 'string' || url === '') throw noCodeInIt();
    const lasts = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, SECONDS) : SECONDS;
    const expiresAt = new Date(from.getTime() + lasts * 1_000);
    await inTransaction(this.#db, (_, audit) => {
      audit({
        action: 'tester.invite',
        target: { kind: 'tester' },
        appid: account.appid,
        after: { expiresAt: expiresAt.toISOString() },
      });
      return Promise.resolve();
    });
    return { text: url, expiresAt };
  }

  async #ask(account: Account): Promise<WechatAnswer> {
    try {
      return await this.#wechat.call(account, {
        path: PATH,
        method: 'POST',
        body: JSON.stringify({
          expire_seconds: SECONDS,
          action_name: 'QR_STR_SCENE',
          action_info: { scene: { scene_str: newInviteScene() } },
        }),
      });
    } catch (error) {
      throw refusedCall('qr-code', error) ?? error;
    }
  }
}

const noCodes = (appid: string): DomainError =>
  new DomainError(
    'unprocessable',
    'account_kind_without_followers',
    both(
      `${appid} 是小程序，没有带参数的二维码，请换用服务号。`,
      `${appid} is a mini program, which has no such codes: use a service account.`,
      { appid },
    ),
  );

const noCodeInIt = (): DomainError =>
  new DomainError(
    'unavailable',
    'wechat_unreachable',
    both(
      '微信没有返回二维码，请稍后再试，或让对方给公众号发一个“1”。',
      'WeChat gave no code: try again later, or let them send “1” to the account.',
    ),
  );
