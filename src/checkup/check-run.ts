import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountFaults } from '../accounts/account-faults.js';
import { DomainError } from '../kernel/domain-error.js';
import type { Notice } from '../kernel/warning.js';
import { TemplatesService } from '../templates/templates.service.js';
import { refusedCall } from '../token/source/refused-call.js';
import { TokenService } from '../token/token.service.js';
import { WechatApi } from '../token/wechat-api.js';
import { ChecksRepository } from './checks.repository.js';
import { FirstWalk } from './first-walk.js';
import type { TriedStep } from './tries.js';

type Work = () => Promise<void>;

/** Does what a check does by itself, one after the other: what comes later needs what comes before. */
@Injectable()
export class CheckRun {
  readonly #logger = new Logger(CheckRun.name);
  readonly #checks: ChecksRepository;
  readonly #wechat: WechatApi;
  readonly #tokens: TokenService;
  readonly #faults: AccountFaults;
  readonly #templates: TemplatesService;
  readonly #followers: FirstWalk;

  constructor(
    checks: ChecksRepository,
    wechat: WechatApi,
    tokens: TokenService,
    faults: AccountFaults,
    templates: TemplatesService,
    followers: FirstWalk,
  ) {
    this.#checks = checks;
    this.#wechat = wechat;
    this.#tokens = tokens;
    this.#faults = faults;
    this.#templates = templates;
    this.#followers = followers;
  }

  /** Never rejects: what went wrong is on record, and shown. */
  async go(account: Account, run: number): Promise<void> {
    try {
      const works: readonly (readonly [TriedStep, Work])[] = [
        ['token', () => this.#askSomething(account)],
        ['callback', () => this.#askForCallback(account)],
        ['templates', () => this.#readTemplates(account)],
        ['followers', () => this.#followers.read(account)],
      ];
      for (const [step, work] of works) {
        const isWell = await this.#try(account, run, step, work);
        if (!isWell && step === 'token') break;
      }
      await this.#checks.finish(account.id, run);
    } catch (err) {
      this.#logger.warn({ appid: account.appid, err }, 'a check of an account was given up');
    }
  }

  async #try(account: Account, run: number, step: TriedStep, work: Work): Promise<boolean> {
    await this.#checks.note(account.id, run, step, { state: 'running', notice: null });
    try {
      await work();
      await this.#checks.note(account.id, run, step, { state: 'ok', notice: null });
      return true;
    } catch (error) {
      const notice = noticeOf(step, error);
      if (notice.code === 'unexpected')
        this.#logger.error({ appid: account.appid, err: error }, `the check's ${step} went wrong`);
      await this.#checks.note(account.id, run, step, { state: 'failed', notice });
      return false;
    }
  }

  /**
   * A small call that WeChat answers only to a valid token. A token that we had proves neither the secret nor the
   * whitelist of now, so it is asked for anew; only the plain mode would thereby make another one.
   */
  async #askSomething(account: Account): Promise<void> {
    if (account.tokenMode !== 'plain') await this.#tokens.forget(account);
    await this.#wechat.call(account, { path: '/cgi-bin/get_api_domain_ip', method: 'GET' });
    if (account.fault?.code.startsWith('token_')) await this.#faults.clear(account.id);
  }

  /** WeChat's own look at the address that it has for the account. */
  async #askForCallback(account: Account): Promise<void> {
    await this.#wechat.call(account, {
      path: '/cgi-bin/callback/check',
      method: 'POST',
      body: JSON.stringify({ action: 'all', check_operator: 'DEFAULT' }),
    });
  }

  async #readTemplates(account: Account): Promise<void> {
    await this.#templates.sync(account);
  }
}

/** What WeChat answers to its own check while it has no URL of the account. */
const NO_CALLBACK = 40201;
const NO_URL: Notice = {
  code: 'callback_not_set',
  params: { errcode: NO_CALLBACK },
  zh: '微信那边还没有填写回调 URL。',
  en: 'WeChat has no callback URL of this account yet.',
};

function noticeOf(step: TriedStep, error: unknown): Notice {
  const refused =
    error instanceof DomainError
      ? error
      : refusedCall(step === 'token' ? 'token' : 'template-list', error);
  if (refused === undefined)
    return {
      code: 'unexpected',
      params: {},
      zh: '检查时出错，详见日志。请重试。',
      en: 'Something of ours went wrong: see the log, and try again.',
    };
  const { errcode } = (refused.extra.details ?? {}) as { errcode?: number };
  if (step === 'callback' && errcode === NO_CALLBACK) return NO_URL;
  return {
    code: refused.code,
    params: refused.words.params,
    zh: refused.words.zh,
    en: refused.words.en,
  };
}
