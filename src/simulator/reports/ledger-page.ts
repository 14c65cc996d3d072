import type { Account } from '../accounts/account.js';
import type { LedgerEntry } from '../ledger/ledger.js';
import type { ShownContent } from '../ledger/shown-content.js';

export type LedgerQuery = {
  readonly openid?: string;
  /** The last openid of the page before. */
  readonly after?: string;
  readonly limit?: number;
};

/** One accepted message, shown or not. */
export type LedgerMessageView = Omit<LedgerEntry, 'follower' | 'acceptedAt' | 'finishedAt'> & {
  readonly acceptedAt: string;
  readonly finishedAt: string;
};

/** One distinct message, and how often the phone showed it. */
export type Showing = {
  readonly templateId: string;
  readonly contentHash: string;
  readonly content: ShownContent | undefined;
  readonly times: number;
  readonly clientMsgIds: readonly string[];
};

/** What one openid was sent, and what its phone showed. */
export type OpenidLedger = {
  readonly openid: string;
  readonly seen: number;
  /** Whether the phone showed one message, or one client_msg_id, more than once. */
  readonly duplicate: boolean;
  readonly shown: readonly Showing[];
  readonly messages: readonly LedgerMessageView[];
};

export type LedgerPage = { readonly items: readonly OpenidLedger[]; readonly next: string | null };

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;

/** A page of all recipients, in the order of the follower list. With `openid` it has only that one. */
export const ledgerPage = (
  account: Account,
  { openid, after, limit = DEFAULT_LIMIT }: LedgerQuery,
): LedgerPage => {
  const { followers, ledger } = account;
  if (openid !== undefined) {
    const follower = followers.find(openid);
    return { items: follower === undefined ? [] : [openidLedger(account, follower)], next: null };
  }
  const start = after === undefined ? 0 : (followers.find(after) ?? -1) + 1;
  const pageSize = Math.min(Math.max(1, limit), MAX_LIMIT);
  const items: OpenidLedger[] = [];
  for (let follower = start; follower < followers.everFollowed; follower++) {
    if (!ledger.wasSentAnything(follower)) continue;
    if (items.length === pageSize) return { items, next: items.at(-1)?.openid ?? null };
    items.push(openidLedger(account, follower));
  }
  return { items, next: null };
};

function openidLedger({ followers, ledger }: Account, follower: number): OpenidLedger {
  const entries = ledger.entriesOf(follower);
  const seen = entries.filter((entry) => entry.showing > 0);
  return {
    openid: followers.openid(follower),
    seen: seen.length,
    duplicate: ledger.sawTwice(follower),
    shown: showings(seen),
    messages: entries.map(messageView),
  };
}

const messageView = (entry: LedgerEntry): LedgerMessageView => ({
  channel: entry.channel,
  msgid: entry.msgid,
  clientMsgId: entry.clientMsgId,
  templateId: entry.templateId,
  contentHash: entry.contentHash,
  content: entry.content,
  status: entry.status,
  showing: entry.showing,
  acceptedAt: new Date(entry.acceptedAt).toISOString(),
  finishedAt: new Date(entry.finishedAt).toISOString(),
  receiptsAnswered: entry.receiptsAnswered,
});

function showings(seen: readonly LedgerEntry[]): Showing[] {
  const groups = Map.groupBy(seen, ({ templateId, contentHash }) => `${templateId} ${contentHash}`);
  return [...groups.values()].map((entries) => {
    const [{ templateId, contentHash, content }] = entries as [LedgerEntry];
    const clientMsgIds = entries.flatMap(({ clientMsgId }) => clientMsgId ?? []);
    return { templateId, contentHash, content, times: entries.length, clientMsgIds };
  });
}
