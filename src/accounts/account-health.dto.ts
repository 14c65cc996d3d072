import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../http/warning-view.js';
import type { TokenMode } from './account.js';
import { AccountFaultView } from './account-fault-view.js';
import { QuotaClearingsView } from './clearings-view.js';
import { FixView } from './fix-view.js';
import type {
  AccountHealth,
  InterceptionHealth,
  PathHealth,
  QuotaHealth,
  ReviewHealth,
  SyncHealth,
  TokenHealth,
  UnheardHealth,
} from './account-health.js';
import { type AccountProblem, HEALTH_PARTS, type HealthPart } from './account-problems.js';
import type { CallbackFault, CallbackState, RefusedWhy } from './callback-state.js';
import { type Connection, CONNECTION_STATES, type ConnectionState } from './connection.js';
import type { EgressAddress } from './egress-addresses.js';

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
  /** As WeChat's server configuration should have it; null while PUBLIC_URL is not set, and for a sandbox. */
  readonly url!: string | null;
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
  /** Where it comes from, as the account is set: WeChat's `stable_token` or `token`, or an address of the operator's. */
  readonly source!: TokenMode;
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

/** The day's calls of one API path, as WeChat told them last. */
export class PathHealthView implements PathHealth {
  /** Such as `/cgi-bin/message/template/send`. */
  readonly path!: string;
  /** Null where WeChat gave no figures. */
  readonly limit!: number | null;
  /** Calls of everybody, at `askedAt`. */
  readonly used!: number | null;
  /** What WeChat answered in place of figures, such as 76022: no path of this kind of account. */
  readonly errcode!: number | null;
  readonly askedAt!: Date;
}

/** When something was read from WeChat to its end. */
export class SyncHealthView implements SyncHealth {
  /** Null before the first time. */
  readonly syncedAt!: Date | null;
  /** When a later reading broke off. */
  readonly failedAt!: Date | null;
}

/** Messages that WeChat's review has refused within the last seven days, as far as we found them. */
export class InterceptionHealthView implements InterceptionHealth {
  readonly count!: number;
  /** When one was found last. */
  readonly toldAt!: Date | null;
  /** When WeChat was asked last: it is, each minute, while anything is under its review. */
  readonly askedAt!: Date | null;
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

/** One of our own addresses. */
export class EgressView implements EgressAddress {
  readonly ip!: string;
  /** When WeChat named it last. */
  readonly seenAt!: Date;
}

/** A part of an account's health that somebody should look at. */
export class AccountProblemView extends NoticeView implements AccountProblem {
  @ApiProperty({ enum: HEALTH_PARTS })
  readonly part!: HealthPart;
  /** Nothing, or nothing sure, can be sent while it lasts. Of the others, somebody should know. */
  readonly stops!: boolean;
  readonly since!: Date | null;
  /** What to do, and where to click in WeChat's pages. */
  readonly fix!: FixView;
}

/** All that is known of it, each part with its time. Nothing here asks WeChat: `POST …/check` and the syncs do. */
export class AccountHealthView implements AccountHealth {
  readonly connection!: ConnectionView;
  /** What is unhealthy, that which stops everything first; empty where nothing is. */
  readonly problems!: AccountProblemView[];
  /** Why nothing can be sent until a person has put something right. */
  @ApiProperty({ type: AccountFaultView, nullable: true })
  readonly fault!: AccountFaultView | null;
  readonly token!: TokenHealthView | null;
  readonly callbackSeenAt!: Date | null;
  readonly callback!: CallbackHealthView;
  /** What belongs on WeChat's IP whitelist: the address that it named last; null while it has named none. */
  readonly whitelist!: EgressView | null;
  readonly quota!: QuotaHealthView | null;
  /** By path; null before WeChat was first asked. */
  readonly paths!: PathHealthView[] | null;
  readonly clearings!: QuotaClearingsView | null;
  readonly templates!: SyncHealthView | null;
  /** Null for a mini program, which has none. */
  readonly followers!: SyncHealthView | null;
  readonly interceptions!: InterceptionHealthView | null;
  /** The last broadcast of which WeChat reviewed more than a few messages (40252), and when that was told. */
  readonly review!: ReviewHealthView | null;
  /** The last broadcast that WeChat took messages of more than ten minutes ago, while no push came since it started. */
  readonly unheard!: UnheardHealthView | null;
}
