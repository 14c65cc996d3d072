import { parseArgs } from 'node:util';
import { DEFAULT_ACCOUNT } from './settings/account-settings.js';
import { Rejection } from './kernel/rejection.js';
import type { SimulatorOptions } from './simulator.js';

/** Each flag, its setting of the first account, and its meaning. */
const ACCOUNT_FLAGS = [
  ['appid', 'appid', 'the account'],
  ['secret', 'secret', 'its secret'],
  ['kind', 'kind', 'service or mini_program'],
  ['gh-id', 'ghId', "the account's name in pushes"],
  ['followers', 'followers', 'how many people follow or use it'],
  ['openid-seed', 'openidSeed', 'accounts with one seed have the same openids'],
  ['callback', 'callback.url', 'where events are pushed; nowhere when left out'],
  ['callback-token', 'callback.token', 'signs the pushes'],
  [
    'encoding-aes-key',
    'callback.encodingAesKey',
    '43 characters, for the modes compatible and safe',
  ],
  ['callback-mode', 'callback.mode', 'plain, compatible or safe'],
  ['callback-format', 'callback.format', 'xml or json'],
  ['left', 'population.left', 'share of followers whose send answers 43004'],
  ['blocking', 'population.blocking', 'share whose receipt says failed:user block'],
  ['failing', 'population.failing', 'share whose receipt says failed: system failed'],
  [
    'token-errcode',
    'token.errcode',
    'what the token endpoints refuse with, e.g. 40164; 0: nothing',
  ],
  ['token-lifetime', 'token.lifetimeSeconds', 'seconds'],
  ['latency-min', 'sending.latencyMinMs', 'shortest time a send takes, ms'],
  ['latency-max', 'sending.latencyMaxMs', 'longest time a send takes, ms'],
  ['daily-limit', 'sending.dailyLimit', 'sends a day; 0: by the number of followers'],
  ['minute-limit', 'sending.minuteLimit', 'sends a minute'],
  ['quota-reset-hour', 'sending.quotaResetHour', 'hour in Shanghai'],
  [
    'repeat-errcode',
    'sending.repeatErrcode',
    'answer to a repeated client_msg_id; 0: ok with the first msgid',
  ],
  [
    'duplicate-window',
    'sending.duplicateWindowSeconds',
    'seconds in which an equal message gets 40241; 0: never',
  ],
  ['control-characters', 'sending.controlCharacters', 'raw control characters in errmsg'],
  ['list-end', 'lists.end', 'no_data, empty_data or empty_string'],
  ['receipt-delay-min', 'receipts.delayMinMs', 'ms after the answer'],
  ['receipt-delay-max', 'receipts.delayMaxMs', 'ms after the answer'],
  ['receipt-burst', 'receipts.burstMs', 'receipts are let go together every so many ms'],
  ['receipt-shuffle', 'receipts.shuffle', 'receipts due together come in random order'],
  ['receipt-early', 'receipts.early', 'share that comes before the answer to the send'],
  ['receipt-twice', 'receipts.twice', 'share that comes twice'],
  ['receipt-never', 'receipts.never', 'share that never comes'],
  ['receipt-zero-msgid', 'receipts.zeroMsgid', 'share whose MsgID is 0'],
  ['receipt-unknown', 'receipts.unknown', 'share with a Status nobody knows'],
  ['review', 'reviews.share', 'share of template messages that are reviewed (40252)'],
  ['review-delay-min', 'reviews.delayMinMs', 'ms until a review is decided'],
  ['review-delay-max', 'reviews.delayMaxMs', 'ms until a review is decided'],
  ['review-told', 'reviews.told', 'share of them that passes, its msgid told beside 40252'],
  ['review-silent', 'reviews.silent', 'share of them that passes without a receipt'],
  ['review-refused', 'reviews.refused', 'share of them that is refused and listed as intercepted'],
  ['push-concurrency', 'receipts.concurrency', 'pushes in flight'],
  ['push-timeout', 'receipts.answerTimeoutMs', 'ms the callback may take'],
  ['push-tries', 'receipts.tries', 'how often a push is tried'],
  ['push-retry-delay', 'receipts.retryDelayMs', 'ms between two tries'],
  ['without-msgid', 'subscriptions.withoutMsgid', 'subscribe/send answers no msgid'],
  [
    'concurrent-errcode',
    'subscriptions.concurrentErrcode',
    'answer to a second subscribe/send to one openid at a time; 0: ok',
  ],
  [
    'failed-error-code',
    'subscriptions.failedErrorCode',
    'ErrorCode of a subscription message that failed',
  ],
  ['pages', 'miniProgram.pages', 'pages of the released mini program, joined by commas'],
  ['wxopen', 'miniProgram.wxopen', 'message/wxopen/template/send, retired in 2020, works'],
] as const;

const SERVER_FLAGS = [
  ['port', '9600', 'where to listen; 0 takes a free port'],
  ['host', '127.0.0.1', 'the address to listen on'],
  ['seed', '1', 'everything left to chance follows from it'],
] as const;

export type CommandLine = { readonly help: string } | { readonly options: SimulatorOptions };

/** Reads the arguments of `npm run simulator --`. */
export const readCommandLine = (args: readonly string[]): CommandLine => {
  const { values } = parse(args);
  if (values['help']) return { help: help() };
  const patch: Record<string, unknown> = {};
  for (const [flag, setting] of ACCOUNT_FLAGS) {
    const value = values[flag];
    if (typeof value === 'string' || typeof value === 'boolean')
      putSetting(patch, setting, parseValue(flag, value, defaultOf(setting)));
  }
  return {
    options: {
      ...patch,
      port: wholeNumber('port', values['port']),
      host: String(values['host']),
      seed: wholeNumber('seed', values['seed']),
      openControl: values['open-control'] === true,
    },
  };
};

function parse(args: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; default?: string }> = {
    help: { type: 'boolean' },
    'open-control': { type: 'boolean' },
  };
  for (const [flag, fallback] of SERVER_FLAGS)
    options[flag] = { type: 'string', default: fallback };
  for (const [flag, setting] of ACCOUNT_FLAGS) {
    options[flag] = { type: typeof defaultOf(setting) === 'boolean' ? 'boolean' : 'string' };
  }
  try {
    return parseArgs({ args: [...args], options, strict: true });
  } catch (error) {
    throw new Rejection(`${(error as Error).message}; --help lists them all`, { cause: error });
  }
}

function help(): string {
  const lines = [
    ...SERVER_FLAGS.map(([flag, fallback, meaning]) => helpLine(flag, meaning, fallback)),
    helpLine('open-control', 'answer /__… to other machines too', false),
    ...ACCOUNT_FLAGS.map(([flag, setting, meaning]) => helpLine(flag, meaning, defaultOf(setting))),
  ];
  return `A pretended api.weixin.qq.com.\n\n${lines.join('\n')}\n\nShares are numbers from 0 to 1, or percentages such as 2%.\nMore accounts, faults, the clock, the ledger: GET /__ lists the addresses for these.\n`;
}

const helpLine = (flag: string, meaning: string, fallback: unknown): string =>
  `  --${flag.padEnd(20)} ${meaning}${fallback === false || String(fallback) === '' ? '' : ` (${String(fallback)})`}`;

/** The default value of a setting with a dotted name. */
function defaultOf(setting: string): unknown {
  return setting
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], DEFAULT_ACCOUNT);
}

function putSetting(patch: Record<string, unknown>, setting: string, value: unknown): void {
  const [group = '', name] = setting.split('.');
  patch[group] =
    name === undefined ? value : { ...(patch[group] as object | undefined), [name]: value };
}

function parseValue(flag: string, value: string | boolean, example: unknown): unknown {
  if (typeof value === 'boolean' || typeof example === 'string') return value;
  if (Array.isArray(example)) return value.split(',');
  const number = value.endsWith('%') ? Number(value.slice(0, -1)) / 100 : Number(value);
  if (value.trim() === '' || !Number.isFinite(number))
    throw new Rejection(`--${flag} must be a number, not ${value}`);
  return number;
}

function wholeNumber(flag: string, value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Rejection(`--${flag} must be a whole number`);
  return number;
}
