import type { RefusedWhy } from '../accounts/callback-state.js';

/** Why a request to the callback is not WeChat's, or not one we read. */
export type RefusalReason =
  | 'unknown-account'
  | 'unsigned'
  /** In the clear, where the account's mode is compatible or safe. */
  | 'not-encrypted'
  /** Encrypted alone, where the account's mode is plain. */
  | 'encrypted'
  | 'undecipherable'
  | 'other-account'
  /** Signed long ago, or in the future, by an account whose stamps have been fresh. */
  | 'stale'
  /** Its stamp has come with other bodies. */
  | 'replayed'
  | 'echostr'
  | 'doctype'
  | 'malformed';

const STATUS: Readonly<Record<RefusalReason, 400 | 403 | 404>> = {
  'unknown-account': 404,
  unsigned: 403,
  'not-encrypted': 403,
  encrypted: 403,
  undecipherable: 403,
  'other-account': 403,
  stale: 403,
  replayed: 403,
  echostr: 403,
  doctype: 400,
  malformed: 400,
};

/** Why, in the words of the account's health. Reasons that no setting would mend are only logged. */
const WHY: Readonly<Partial<Record<RefusalReason, RefusedWhy>>> = {
  unsigned: 'token',
  'not-encrypted': 'mode',
  encrypted: 'mode',
  undecipherable: 'key',
  'other-account': 'appid',
  stale: 'stamp',
  replayed: 'replay',
};

/**
 * The only error that reading a request to the callback throws. The reason is for our log: whoever asks learns
 * the status alone, so that no answer tells how far a forged push came.
 */
export class CallbackRefusal extends Error {
  readonly status: 400 | 403 | 404;

  constructor(readonly reason: RefusalReason) {
    super(`callback refused: ${reason}`);
    this.name = 'CallbackRefusal';
    this.status = STATUS[reason];
  }

  get why(): RefusedWhy | undefined {
    return WHY[this.reason];
  }
}
