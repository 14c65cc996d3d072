import type { AccountSettings } from '../settings/account-settings.js';
import { wechatDay, type SimulatedClock } from '../kernel/simulated-clock.js';
import {
  BIZSEND_PATH,
  ONE_TIME_PATH,
  SEND_PATH,
  STABLE_TOKEN_PATH,
  SUBSCRIBE_SEND_PATH,
  TOKEN_PATH,
  WXOPEN_SEND_PATH,
} from '../kernel/paths.js';

const MINUTE_MS = 60_000;
const MAX_CLEARS_PER_MONTH = 10;
const MAX_PATH_CLEARS_PER_MONTH = 50;
const MONTH_MS = 30 * 86_400_000;
/** The quota of a mini program without payment. For notices of a service account it is our guess. */
const SUBSCRIPTIONS_PER_DAY = 10_000_000;
const WXOPEN_PER_DAY = 1_000_000;
const UNPUBLISHED = { daily: 10_000_000, minute: 1_000_000 };

type Limits = { readonly daily: number; readonly minute: number };
type Usage = { day: number; today: number; minute: number; thisMinute: number };

/** Counts the calls of one account to each endpoint, and limits them. */
export class CallQuotas {
  readonly #account: { readonly settings: AccountSettings };
  readonly #clock: SimulatedClock;

  readonly #usages = new Map<string, Usage>();
  #clears: number[] = [];
  #pathClears: number[] = [];

  constructor(account: { readonly settings: AccountSettings }, clock: SimulatedClock) {
    this.#account = account;
    this.#clock = clock;
  }

  /** Counts a call. Returns an errcode and counts nothing if the call exceeds a limit. */
  take(path: string): 45009 | 45011 | undefined {
    const limits = this.#limits(path);
    const usage = this.#usage(path);
    if (usage.today >= limits.daily) return 45009;
    if (usage.thisMinute >= limits.minute) return 45011;
    usage.today++;
    usage.thisMinute++;
    return undefined;
  }

  /** Counts calls that another system of the account has made today. */
  addForeignCalls(path: string, calls: number): void {
    this.#usage(path).today += calls;
  }

  report(path: string) {
    const { daily, minute } = this.#limits(path);
    const { today } = this.#usage(path);
    return {
      quota: { daily_limit: daily, used: today, remain: Math.max(0, daily - today) },
      rate_limit: { call_count: minute, refresh_second: MINUTE_MS / 1000 },
    };
  }

  /** Clears all counts. Returns false if the ten clears of this month are used up. */
  clear(): boolean {
    this.#clears = this.#thisMonth(this.#clears);
    if (this.#clears.length >= MAX_CLEARS_PER_MONTH) return false;
    this.#clears.push(this.#clock.now());
    this.#usages.clear();
    return true;
  }

  /** Clears the counts of one endpoint. Returns false if the fifty clears of this month are used up. */
  clearPath(path: string): boolean {
    this.#pathClears = this.#thisMonth(this.#pathClears);
    if (this.#pathClears.length >= MAX_PATH_CLEARS_PER_MONTH) return false;
    this.#pathClears.push(this.#clock.now());
    this.#usages.delete(path);
    return true;
  }

  #thisMonth(times: readonly number[]): number[] {
    const now = this.#clock.now();
    return times.filter((at) => now - at < MONTH_MS);
  }

  #usage(path: string): Usage {
    const now = this.#clock.now();
    const day = wechatDay(now, this.#account.settings.sending.quotaResetHour);
    const minute = Math.floor(now / MINUTE_MS);
    let usage = this.#usages.get(path);
    if (!usage) {
      usage = { day, today: 0, minute, thisMinute: 0 };
      this.#usages.set(path, usage);
    }
    if (usage.day !== day) {
      usage.day = day;
      usage.today = 0;
    }
    if (usage.minute !== minute) {
      usage.minute = minute;
      usage.thisMinute = 0;
    }
    return usage;
  }

  #limits(path: string): Limits {
    const { sending, followers } = this.#account.settings;
    switch (path) {
      case SEND_PATH:
        return {
          daily: sending.dailyLimit || grantedDaily(followers),
          minute: sending.minuteLimit,
        };
      case SUBSCRIBE_SEND_PATH:
      case BIZSEND_PATH:
      case ONE_TIME_PATH:
        return {
          daily: sending.dailyLimit || SUBSCRIPTIONS_PER_DAY,
          minute: sending.minuteLimit,
        };
      case WXOPEN_SEND_PATH:
        return { daily: sending.dailyLimit || WXOPEN_PER_DAY, minute: sending.minuteLimit };
      case TOKEN_PATH:
        return { daily: 100_000, minute: UNPUBLISHED.minute };
      case STABLE_TOKEN_PATH:
        return { daily: 500_000, minute: 10_000 };
      default:
        return UNPUBLISHED;
    }
  }
}

/** 100,000 a day, with raises at 100,000, 1 and 10 million followers. Ten times for each raise is our guess. */
const grantedDaily = (followers: number): number => {
  if (followers >= 10_000_000) return 100_000_000;
  if (followers >= 1_000_000) return 10_000_000;
  return followers >= 100_000 ? 1_000_000 : 100_000;
};
