import { Rejection } from '../kernel/rejection.js';
import type { AccountPatch, AccountSettings } from './account-settings.js';

const FIXED = ['appid', 'kind', 'followers', 'openidSeed'] as const;

/** Merges a patch into settings. Unknown keys and wrong types are refused. */
export const patchSettings = (current: AccountSettings, patch: unknown): AccountSettings => {
  const settings = merge(current, patch, '') as AccountSettings;
  const fault = faultOf(settings);
  if (fault) throw new Rejection(fault);
  return settings;
};

/** Does the same for an existing account, whose identity must not change. */
export const changeSettings = (current: AccountSettings, patch: AccountPatch): AccountSettings => {
  const settings = patchSettings(current, patch);
  const touched = FIXED.find((key) => settings[key] !== current[key]);
  if (touched) throw new Rejection(`${touched} is fixed once account ${current.appid} exists`);
  return settings;
};

function merge(current: object, patch: unknown, path: string): object {
  if (typeof patch !== 'object' || patch === null) {
    throw new Rejection(`${path || 'the settings'} must be an object`);
  }
  const merged: Record<string, unknown> = { ...current };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const name = path ? `${path}.${key}` : key;
    const known = Object.hasOwn(current, key) ? merged[key] : undefined;
    if (known === undefined) throw new Rejection(`there is no setting ${name}`);
    if (Array.isArray(known)) merged[key] = texts(value, name);
    else if (typeof known === 'object' && known !== null) merged[key] = merge(known, value, name);
    else if (typeof value === typeof known) merged[key] = value;
    else throw new Rejection(`${name} must be a ${typeof known}`);
  }
  return merged;
}

function texts(value: unknown, name: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Rejection(`${name} must be a list of texts`);
}

function faultOf(settings: AccountSettings): string | undefined {
  const { callback, population, receipts, reviews } = settings;
  const shares = [
    receipts.early,
    receipts.twice,
    receipts.never,
    receipts.zeroMsgid,
    receipts.unknown,
    reviews.share,
    reviews.told,
    reviews.silent,
    reviews.refused,
  ];
  const people = population.left + population.blocking + population.failing;
  if (!/^wx[0-9a-f]{16}$/.test(settings.appid)) return 'appid must be wx and 16 hex digits';
  if (!isOneOf(settings.kind, ['service', 'mini_program']))
    return 'kind must be service or mini_program';
  if (!isCount(settings.followers)) return 'followers must be a whole number';
  if (!isOneOf(callback.mode, ['plain', 'compatible', 'safe']))
    return 'callback.mode must be plain, compatible or safe';
  if (!isOneOf(callback.format, ['xml', 'json'])) return 'callback.format must be xml or json';
  if (callback.url && !URL.canParse(callback.url)) return 'callback.url must be a whole address';
  if (callback.mode !== 'plain' && !/^[A-Za-z0-9]{43}$/.test(callback.encodingAesKey)) {
    return 'callback.encodingAesKey must be 43 letters and digits in this mode';
  }
  if (![...Object.values(population), ...shares].every(isShare))
    return 'a share lies between 0 and 1';
  if (reviews.told + reviews.silent + reviews.refused > 1)
    return 'told, silent and refused together exceed 1';
  if (people > 1) return 'left, blocking and failing together exceed 1';
  if (!isOneOf(settings.lists.end, ['no_data', 'empty_data', 'empty_string'])) {
    return 'lists.end must be no_data, empty_data or empty_string';
  }
  if (receipts.concurrency < 1 || receipts.tries < 1)
    return 'receipts.concurrency and receipts.tries are at least 1';
  return undefined;
}

const isOneOf = (value: string, allowed: readonly string[]): boolean => allowed.includes(value);
const isCount = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value < 0x8000_0000;
const isShare = (value: number): boolean => value >= 0 && value <= 1;
