import type { Picture } from '../audit/record/change.js';
import type { SealedAccount } from './sealed-account.js';

/** What the service itself writes about an account; it changes without anybody's doing. */
const OUR_OWN = new Set(['id', 'createdAt', 'callbackSeenAt']);
const SEALED = /^sealed([A-Z])/;

/** An account as the audit shows it: by the names that the API has, with its secrets as bytes, which it never shows. */
export const accountPicture = (account: SealedAccount): Picture =>
  Object.fromEntries(
    Object.entries(account)
      .filter(([name]) => !OUR_OWN.has(name))
      .map(([name, value]) => [
        name.replace(SEALED, (_, first: string) => first.toLowerCase()),
        value as unknown,
      ]),
  );
