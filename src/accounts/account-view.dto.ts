import { NOBODY } from '../access/can.js';
import { callerNow } from '../access/caller.js';
import { NoticeView, type WarningView } from '../http/warning-view.js';
import type { AccountKind, CallbackMode, TokenMode } from './account.js';
import { colorOf } from './account-color.js';
import { accountCan } from './account-can.js';
import { AccountCanView } from './account-can.dto.js';
import { AccountHealthView, CallbackHealthView, EgressView } from './account-health.dto.js';
import type { AccountHealth, UnheardHealth } from './account-health.js';
import { accountProblems } from './account-problems.js';
import { policyInForce } from './account-policy.js';
import { AccountPolicyView } from './account-policy.dto.js';
import { accountWarnings } from './account-warnings.js';
import type { AccountRecord } from './account.repository.js';
import { callbackFaultOf, stoppedFaultOf, unheardFaultOf } from './callback-state.js';
import { callbackUrlFaults, callbackUrlOf } from './callback-url.js';
import { connectionOf } from './connection.js';
import type { EgressAddress } from './egress-addresses.js';

export class PreviousKeysView {
  readonly callbackToken!: boolean;
  readonly encodingAesKey!: boolean;
}

/** Never a secret, only which there are. */
export class AccountView {
  readonly appid!: string;
  readonly kind!: AccountKind;
  readonly name!: string;
  readonly testAccount!: boolean;
  readonly callbackMode!: CallbackMode;
  readonly tokenMode!: TokenMode;
  readonly externalTokenUrl!: string | null;
  readonly sendsPerSecond!: number | null;
  readonly dailyQuota!: number | null;
  readonly quotaReservePercent!: number;
  readonly forwardUrl!: string | null;
  readonly hasSecret!: boolean;
  readonly hasEncodingAesKey!: boolean;
  readonly hasExternalTokenBearer!: boolean;
  /** Which former keys are still accepted beside the current ones. */
  readonly previous!: PreviousKeysView;
  readonly held!: boolean;
  readonly heldAt!: Date | null;
  readonly createdAt!: Date;
  /** A pretended account: it talks to the WeChat inside this service, and nothing it sends reaches anybody. */
  readonly sandbox!: boolean;
  /** At most four characters, for narrow places. */
  readonly shortName!: string | null;
  /** 0 to 7; where none was chosen, one that follows from the appid. */
  readonly color!: number;
  readonly labels!: string[];
  readonly policy!: AccountPolicyView;
  /** The URL for WeChat's server configuration; null while PUBLIC_URL is not set, and for a sandbox. */
  readonly callbackUrl!: string | null;
  /** Why WeChat would not take that URL, or could not reach it: no PUBLIC_URL, http, an odd port, a private host. */
  readonly callbackUrlFaults!: NoticeView[];
  /** Our own addresses as WeChat saw them, the latest first: what belongs on the IP whitelist. */
  readonly egress!: EgressView[];
  readonly health!: AccountHealthView;
  /** Settings that work, and that somebody should think twice about. */
  readonly warnings!: WarningView[];
  readonly can!: AccountCanView;
}

export class AccountPageView {
  items!: AccountView[];
  next!: string | null;
}

/** What all accounts of an installation share, and now. */
interface Installation {
  readonly publicUrl: string | undefined;
  readonly egress: EgressAddress[];
  readonly now: Date;
}

export const toView = (
  account: AccountRecord,
  health: AccountHealth,
  installation: Installation,
): AccountView => {
  const callbackUrl = urlOf(account, installation);
  const urlFaults = account.apiBase === null ? callbackUrlFaults(installation.publicUrl) : [];
  const egress = account.apiBase === null ? installation.egress : [];
  return {
    appid: account.appid,
    kind: account.kind,
    name: account.name,
    testAccount: account.testAccount,
    callbackMode: account.callbackMode,
    tokenMode: account.tokenMode,
    externalTokenUrl: account.externalTokenUrl,
    sendsPerSecond: account.sendsPerSecond,
    dailyQuota: account.dailyQuota,
    quotaReservePercent: account.quotaReservePercent,
    forwardUrl: account.forwardUrl,
    hasSecret: account.hasSecret,
    hasEncodingAesKey: account.hasEncodingAesKey,
    hasExternalTokenBearer: account.hasExternalTokenBearer,
    previous: {
      callbackToken: account.hasPreviousCallbackToken,
      encodingAesKey: account.hasPreviousEncodingAesKey,
    },
    held: account.heldAt !== null,
    heldAt: account.heldAt,
    createdAt: account.createdAt,
    sandbox: account.apiBase !== null,
    shortName: account.shortName,
    color: account.color ?? colorOf(account.appid),
    labels: [...account.labels],
    policy: policyInForce(account),
    callbackUrl,
    callbackUrlFaults: urlFaults,
    egress,
    health: toHealthView(account, health, installation),
    warnings: accountWarnings(account),
    can: accountCan(callerNow() ?? NOBODY, {
      account,
      clearingsLeft: health.clearings?.left ?? null,
    }),
  };
};

const urlOf = ({ apiBase, appid }: AccountRecord, { publicUrl }: Installation): string | null =>
  apiBase === null ? callbackUrlOf(appid, publicUrl) : null;

function toHealthView(
  account: AccountRecord,
  health: AccountHealth,
  installation: Installation,
): AccountHealthView {
  const callback = toCallbackView(account, health.unheard, urlOf(account, installation));
  const whitelist = account.apiBase === null ? (installation.egress[0] ?? null) : null;
  const { token, paths } = health;
  return {
    connection: connectionOf(account, token, callback.fault),
    problems: accountProblems({
      account,
      health,
      callbackUrl: callback.url,
      callbackUrlFaults: account.apiBase === null ? callbackUrlFaults(installation.publicUrl) : [],
      callbackFault: callback.fault,
      ip: whitelist?.ip ?? null,
      now: installation.now,
    }),
    fault: account.fault,
    callbackSeenAt: account.callbackSeenAt,
    callback,
    whitelist,
    ...health,
    token: token && { source: account.tokenMode, ...token },
    paths: paths && [...paths],
  };
}

const toCallbackView = (
  state: AccountRecord,
  unheard: UnheardHealth | null,
  url: string | null,
): CallbackHealthView => ({
  url,
  handshakeAt: state.handshakeAt,
  pushAt: state.pushAt,
  refusedAt: state.refusedAt,
  refusedWhy: state.refusedWhy,
  fault:
    (unheard === null ? callbackFaultOf(state) : unheardFaultOf(state, unheard.since)) ??
    stoppedFaultOf(state) ??
    null,
});
