import { ApiProperty } from '@nestjs/swagger';
import { NoticeView, type WarningView } from '../http/warning-view.js';
import { AccountFaultView } from './account-fault-view.js';
import type { AccountKind, CallbackMode, TokenMode } from './account.js';
import { colorOf } from './account-color.js';
import type {
  AccountHealth,
  QuotaHealth,
  ReviewHealth,
  TokenHealth,
  UnheardHealth,
} from './account-health.js';
import { policyInForce } from './account-policy.js';
import { AccountPolicyView } from './account-policy.dto.js';
import { accountWarnings } from './account-warnings.js';
import type { AccountRecord } from './account.repository.js';
import {
  type CallbackFault,
  callbackFaultOf,
  type CallbackRecord,
  type CallbackState,
  type RefusedWhy,
  stoppedFaultOf,
  unheardFaultOf,
} from './callback-state.js';
import { callbackUrlFaults, callbackUrlOf } from './callback-url.js';
import {
  type Connection,
  CONNECTION_STATES,
  connectionOf,
  type ConnectionState,
} from './connection.js';
import type { EgressAddress } from './egress-addresses.js';

export class PreviousKeysView {
  readonly callbackToken!: boolean;
  readonly encodingAesKey!: boolean;
}

/** What is wrong with an account's callback, and what to do about it. */
export class CallbackFaultView extends NoticeView implements CallbackFault {
  @ApiProperty({
    type: 'string',
    description: 'Stable, to be scripted against: `callback_token`, …',
  })
  declare code: CallbackFault['code'];
}

/** What came to the callback last, and what is wrong with it. */
export class CallbackHealthView implements CallbackState {
  /** WeChat asked whether the address is ours, and was answered. */
  readonly handshakeAt!: Date | null;
  readonly pushAt!: Date | null;
  readonly refusedAt!: Date | null;
  readonly refusedWhy!: RefusedWhy | null;
  /** Since then pushes have been refused, and none was taken; or none came although messages went out. */
  readonly fault!: CallbackFaultView | null;
}

/** The access token that is used now. Never the token itself. */
export class TokenHealthView implements TokenHealth {
  readonly expiresAt!: Date;
  readonly fetchedAt!: Date;
}

/** How the account stands with WeChat's daily quota of its main channel. */
export class QuotaHealthView implements QuotaHealth {
  /** The WeChat day, `2026-11-21`. */
  readonly day!: string;
  readonly resetsAt!: Date;
  /** Sends a day: WeChat's own figure or the operator's, the smaller; null while neither is known. */
  readonly limit!: number | null;
  /** The limit without the reserve for other systems. */
  readonly perDay!: number | null;
  /** Sends of ours today. */
  readonly ours!: number;
  /** Sends of other systems today, as far as WeChat has told us. */
  readonly others!: number;
  /** What may still be sent today, the reserve left aside; null without a limit. */
  readonly left!: number | null;
  /** WeChat refused a send of today with 45009. */
  readonly spent!: boolean;
  /** When WeChat was asked last. */
  readonly learnedAt!: Date | null;
}

/** WeChat had more than a few of a broadcast's messages under review (40252). */
export class ReviewHealthView implements ReviewHealth {
  readonly toldAt!: Date;
  readonly broadcastId!: string;
  /** The share among the broadcast's last thousand messages, or among all while there are fewer. */
  readonly percent!: number;
}

/** Messages that WeChat took some time ago, without any push since. */
export class UnheardHealthView implements UnheardHealth {
  readonly since!: Date;
  readonly broadcastId!: string;
}

/** How the account stands with WeChat, in one word. */
export class ConnectionView extends NoticeView implements Connection {
  /** `unconfigured`: nothing came either way yet. `unverified`: no push was taken yet, or no token had. */
  @ApiProperty({ enum: CONNECTION_STATES })
  readonly state!: ConnectionState;
}

export class AccountHealthView implements AccountHealth {
  readonly connection!: ConnectionView;
  /** Why nothing can be sent until a person has put something right. */
  @ApiProperty({ type: AccountFaultView, nullable: true })
  readonly fault!: AccountFaultView | null;
  readonly token!: TokenHealthView | null;
  readonly callbackSeenAt!: Date | null;
  readonly callback!: CallbackHealthView;
  readonly quota!: QuotaHealthView | null;
  /** The last broadcast of which WeChat reviewed more than a few messages (40252), and when that was told. */
  readonly review!: ReviewHealthView | null;
  /** The last broadcast that WeChat took messages of more than ten minutes ago, while no push came since it started. */
  readonly unheard!: UnheardHealthView | null;
}

/** One of our own addresses. */
export class EgressView implements EgressAddress {
  readonly ip!: string;
  /** When WeChat named it last. */
  readonly seenAt!: Date;
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
}

export class AccountPageView {
  items!: AccountView[];
  next!: string | null;
}

/** What all accounts of an installation share. */
interface Installation {
  readonly publicUrl: string | undefined;
  readonly egress: EgressAddress[];
}

export const toView = (
  account: AccountRecord,
  health: AccountHealth,
  { publicUrl, egress }: Installation,
): AccountView => ({
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
  callbackUrl: account.apiBase === null ? callbackUrlOf(account.appid, publicUrl) : null,
  callbackUrlFaults: account.apiBase === null ? callbackUrlFaults(publicUrl) : [],
  egress: account.apiBase === null ? egress : [],
  health: toHealthView(account, health),
  warnings: accountWarnings(account),
});

function toHealthView(account: AccountRecord, health: AccountHealth): AccountHealthView {
  const callback = toCallbackView(account, health.unheard);
  return {
    connection: connectionOf(account, health.token, callback.fault),
    fault: account.fault,
    callbackSeenAt: account.callbackSeenAt,
    callback,
    ...health,
  };
}

const toCallbackView = (
  state: CallbackRecord,
  unheard: UnheardHealth | null,
): CallbackHealthView => ({
  handshakeAt: state.handshakeAt,
  pushAt: state.pushAt,
  refusedAt: state.refusedAt,
  refusedWhy: state.refusedWhy,
  fault:
    (unheard === null ? callbackFaultOf(state) : unheardFaultOf(state, unheard.since)) ??
    stoppedFaultOf(state) ??
    null,
});
