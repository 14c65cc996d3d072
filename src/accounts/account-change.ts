import type { Insertable, Updateable } from 'kysely';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { AccountKind, CallbackMode, TokenMode } from './account.js';
import { bearerFaults } from './account-bearer.js';
import type { AccountSealing } from './account-sealing.js';
import { changedPolicy, type PolicyChange } from './account-policy.js';
import { refuseFaulty } from './account-row-faults.js';
import type { SealedAccount } from './sealed-account.js';
import type { AccountTable } from './account.tables.js';

export interface NewAccount {
  readonly appid: string;
  readonly kind: AccountKind;
  readonly name: string;
  /** May be left out where the token comes from an external address. */
  readonly secret?: string;
  readonly callbackToken: string;
  readonly encodingAesKey?: string | null;
  /** Whether it is WeChat's test account (测试号). */
  readonly testAccount?: boolean;
  readonly callbackMode: CallbackMode;
  readonly tokenMode?: TokenMode;
  readonly externalTokenUrl?: string | null;
  readonly externalTokenBearer?: string | null;
  readonly sendsPerSecond?: number | null;
  readonly dailyQuota?: number | null;
  readonly quotaReservePercent?: number;
  readonly forwardUrl?: string | null;
  readonly shortName?: string | null;
  readonly color?: number | null;
  readonly labels?: string[];
  readonly policy?: PolicyChange;
  /** Only a sandbox has one. */
  readonly apiBase?: string | null;
}

/** What is left out stays; null removes. */
export interface AccountChange extends Partial<Omit<NewAccount, 'appid' | 'kind' | 'apiBase'>> {
  /** Removes the previous callback token and EncodingAESKey, which we still accept. */
  readonly removePrevious?: boolean;
}

type PlainValues = Pick<
  Insertable<AccountTable>,
  | 'name'
  | 'testAccount'
  | 'callbackMode'
  | 'tokenMode'
  | 'externalTokenUrl'
  | 'sendsPerSecond'
  | 'dailyQuota'
  | 'quotaReservePercent'
  | 'forwardUrl'
  | 'shortName'
  | 'color'
  | 'labels'
>;

export function rowOf(
  account: NewAccount,
  sealing: AccountSealing,
  allowLoopback: boolean,
): Insertable<AccountTable> {
  const sealed = (column: Parameters<AccountSealing['seal']>[0], plain?: string | null) =>
    plain === undefined || plain === null ? null : sealing.seal(column, plain);
  const row = {
    appid: account.appid,
    kind: account.kind,
    name: account.name,
    testAccount: account.testAccount ?? false,
    callbackMode: account.callbackMode,
    tokenMode: account.tokenMode ?? 'stable',
    externalTokenUrl: account.externalTokenUrl ?? null,
    sendsPerSecond: account.sendsPerSecond ?? null,
    dailyQuota: account.dailyQuota ?? null,
    quotaReservePercent: account.quotaReservePercent ?? 0,
    forwardUrl: account.forwardUrl ?? null,
    shortName: account.shortName ?? null,
    color: account.color ?? null,
    labels: account.labels ?? [],
    policy: JSON.stringify(changedPolicy({}, account.policy ?? {})),
    apiBase: account.apiBase ?? null,
    sealedSecret: sealed('sealedSecret', account.secret),
    sealedExternalTokenBearer: sealed('sealedExternalTokenBearer', account.externalTokenBearer),
    sealedCallbackToken: sealing.seal('sealedCallbackToken', account.callbackToken),
    sealedEncodingAesKey: sealed('sealedEncodingAesKey', account.encodingAesKey),
  };
  refuseUnasked(account);
  refuseFaulty(row, bearerFaults(undefined, row, true, allowLoopback));
  return row;
}

/** A change of the mode keeps the address for later; on a new account it contradicts the mode, which is a mistake. */
function refuseUnasked({ tokenMode = 'stable', ...account }: NewAccount): void {
  if (tokenMode === 'external') return;
  const errors = (['externalTokenUrl', 'externalTokenBearer'] as const)
    .filter((path) => typeof account[path] === 'string')
    .map((path) => ({
      path,
      code: 'contradicts_token_mode',
      message: both(
        `只有 token 模式 "external" 才会用到它，当前模式是 "${tokenMode}"：请改用该模式，或去掉此项。`,
        `it is asked in the token mode "external" alone, and this is "${tokenMode}": name that mode, or leave it out`,
        { tokenMode },
      ),
    }));
  if (errors.length > 0)
    throw new DomainError(
      'invalid',
      'invalid_request',
      both('两项设置相互矛盾，详见 errors。', 'two settings contradict each other: see errors'),
      {
        errors,
      },
    );
}

export function changeOf(
  account: SealedAccount,
  change: AccountChange,
  sealing: AccountSealing,
  allowLoopback: boolean,
): Updateable<AccountTable> {
  const values: Updateable<AccountTable> = {
    ...plainValues(change),
    ...(change.policy !== undefined && {
      policy: JSON.stringify(changedPolicy(account.policy, change.policy)),
    }),
    ...credentials(change, sealing),
    ...callbackKeys(account, change, sealing),
  };
  const after = { ...account, ...values };
  const bearerGiven = change.externalTokenBearer !== undefined;
  refuseFaulty(after, bearerFaults(account, after, bearerGiven, allowLoopback));
  return values;
}

function plainValues(change: AccountChange): Partial<PlainValues> {
  const {
    name,
    testAccount,
    callbackMode,
    tokenMode,
    externalTokenUrl,
    sendsPerSecond,
    dailyQuota,
    quotaReservePercent,
    forwardUrl,
    shortName,
    color,
    labels,
  } = change;
  return present({
    name,
    testAccount,
    callbackMode,
    tokenMode,
    externalTokenUrl,
    sendsPerSecond,
    dailyQuota,
    quotaReservePercent,
    forwardUrl,
    shortName,
    color,
    labels,
  });
}

/** A fault was about the former credentials: new ones clear it. */
function credentials(change: AccountChange, sealing: AccountSealing): Updateable<AccountTable> {
  const { secret, externalTokenBearer: bearer, tokenMode, externalTokenUrl } = change;
  if ([secret, bearer, tokenMode, externalTokenUrl].every((value) => value === undefined)) {
    return {};
  }
  return {
    fault: null,
    faultAt: null,
    ...present({
      sealedSecret: secret === undefined ? undefined : sealing.seal('sealedSecret', secret),
      sealedExternalTokenBearer:
        typeof bearer === 'string' ? sealing.seal('sealedExternalTokenBearer', bearer) : bearer,
    }),
  };
}

/** The operator changes a key here and in WeChat's console at two moments: in between, we accept both keys. */
function callbackKeys(
  account: SealedAccount,
  { callbackToken, encodingAesKey, removePrevious = false }: AccountChange,
  sealing: AccountSealing,
): Updateable<AccountTable> {
  const values: Updateable<AccountTable> = {};
  if (
    callbackToken !== undefined &&
    callbackToken !== sealing.open('sealedCallbackToken', account.sealedCallbackToken)
  ) {
    values.sealedCallbackToken = sealing.seal('sealedCallbackToken', callbackToken);
    values.sealedCallbackTokenPrevious = account.sealedCallbackToken;
  }
  const currentKey = account.sealedEncodingAesKey;
  if (encodingAesKey === null) {
    values.sealedEncodingAesKey = null;
    values.sealedEncodingAesKeyPrevious = null;
  } else if (
    encodingAesKey !== undefined &&
    (currentKey === null || encodingAesKey !== sealing.open('sealedEncodingAesKey', currentKey))
  ) {
    values.sealedEncodingAesKey = sealing.seal('sealedEncodingAesKey', encodingAesKey);
    values.sealedEncodingAesKeyPrevious = currentKey;
  }
  if (removePrevious) {
    values.sealedCallbackTokenPrevious = null;
    values.sealedEncodingAesKeyPrevious = null;
  }
  return values;
}

/** The values that the request gave: null is one, undefined is not. */
const present = <Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
