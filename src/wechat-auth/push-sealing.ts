import { Injectable } from '@nestjs/common';
import { Sealer } from '../accounts/seal.js';
import type { InboxPush, PushContents } from './inbox-job.js';

type Sender = Pick<InboxPush, 'appid' | 'accountId' | 'receivedAt'>;

/**
 * What people wrote, and the signatures with which it came, lie in the queue sealed: a job may stay there for days, and
 * is shown by Bull Board, in Redis and in its dumps. Receipts say nothing that our own jobs do not, and stay as they are.
 */
@Injectable()
export class PushSealing {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  seal({ appid, accountId, receivedAt }: Sender, contents: PushContents): InboxPush {
    const sealed = this.#sealer.seal(JSON.stringify(contents), contextOf(appid));
    return { appid, accountId, receivedAt, sealed: sealed.toString('base64') };
  }

  /** Throws `SealBroken` where the master key that sealed it is no longer one of ours. */
  open({ appid, content = '', sealed }: Omit<InboxPush, 'accountId' | 'receivedAt'>): PushContents {
    if (sealed === undefined) return { content };
    const text = this.#sealer.open(Buffer.from(sealed, 'base64'), contextOf(appid));
    return JSON.parse(text) as PushContents;
  }
}

const contextOf = (appid: string): string => `push:${appid}`;
