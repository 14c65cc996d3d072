import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { DomainError } from '../kernel/domain-error.js';
import type { Notice } from '../kernel/warning.js';
import { QuotaRefresh } from '../pacing/quota-refresh.js';
import { TemplatesService } from '../templates/templates.service.js';
import { refusedCall } from '../token/source/refused-call.js';
import { AccountCalls } from './account-calls.js';
import { ChecksRepository } from './checks.repository.js';
import { FirstWalk } from './first-walk.js';
import type { TriedStep } from './tries.js';

type Work = () => Promise<void>;

/** Does what a check does by itself, one after the other: what comes later needs what comes before. */
@Injectable()
export class CheckRun {
  readonly #logger = new Logger(CheckRun.name);
  readonly #checks: ChecksRepository;
  readonly #calls: AccountCalls;
  readonly #templates: TemplatesService;
  readonly #followers: FirstWalk;
  readonly #quotas: QuotaRefresh;

  constructor(
    checks: ChecksRepository,
    calls: AccountCalls,
    templates: TemplatesService,
    followers: FirstWalk,
    quotas: QuotaRefresh,
  ) {
    this.#checks = checks;
    this.#calls = calls;
    this.#templates = templates;
    this.#followers = followers;
    this.#quotas = quotas;
  }

  /** Never rejects: what went wrong is on record, and shown. */
  async go(account: Account, run: number): Promise<void> {
    try {
      if (await this.#tryAll(account, run)) await this.#readQuotas(account);
      await this.#checks.finish(account.id, run);
    } catch (err) {
      this.#logger.warn({ appid: account.appid, err }, 'a check of an account was given up');
    }
  }

  /** Whether there is a token: without one there is nothing to ask. */
  async #tryAll(account: Account, run: number): Promise<boolean> {
    const works: readonly (readonly [TriedStep, Work])[] = [
      ['token', () => this.#calls.askSomething(account)],
      ['callback', () => this.#calls.askForCallback(account)],
      ['templates', () => this.#readTemplates(account)],
      ['followers', () => this.#followers.read(account)],
    ];
    for (const [step, work] of works) {
      const isWell = await this.#try(account, run, step, work);
      if (!isWell && step === 'token') return false;
    }
    return true;
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

  async #readTemplates(account: Account): Promise<void> {
    await this.#templates.sync(account);
  }

  /** No step, as nobody has anything to do about it: the account's health shows what WeChat says of each path. */
  async #readQuotas(account: Account): Promise<void> {
    try {
      await this.#quotas.all(account);
    } catch (err) {
      this.#logger.warn({ appid: account.appid, err }, 'a check did not learn the quotas');
    }
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
