import type { Sealer } from './seal.js';
import type { SealedSecrets } from './sealed-account.js';

type Purpose = 'secret' | 'external-token-bearer' | 'callback-token' | 'encoding-aes-key';

/** A previous key has the purpose of the current one, so that it moves to its column without being opened. */
const PURPOSES: Readonly<Record<keyof SealedSecrets, Purpose>> = {
  sealedSecret: 'secret',
  sealedExternalTokenBearer: 'external-token-bearer',
  sealedCallbackToken: 'callback-token',
  sealedCallbackTokenPrevious: 'callback-token',
  sealedEncodingAesKey: 'encoding-aes-key',
  sealedEncodingAesKeyPrevious: 'encoding-aes-key',
};

/** Opens and seals the secrets of one account: no secret opens as another account's, or for another purpose. */
export class AccountSealing {
  readonly #sealer: Sealer;
  readonly #appid: string;

  constructor(sealer: Sealer, appid: string) {
    this.#sealer = sealer;
    this.#appid = appid;
  }

  seal(column: keyof SealedSecrets, plain: string): Buffer {
    return this.#sealer.seal(plain, this.#context(column));
  }

  open(column: keyof SealedSecrets, sealed: Buffer): string {
    return this.#sealer.open(sealed, this.#context(column));
  }

  /** Seals anew the secrets that an older master key sealed. */
  renew(secrets: SealedSecrets): Partial<SealedSecrets> {
    const renewed: Partial<SealedSecrets> = {};
    for (const column of Object.keys(PURPOSES) as (keyof SealedSecrets)[]) {
      const sealed = secrets[column];
      if (sealed === null) continue;
      const plain = this.open(column, sealed); // also the current ones: a key that does not fit is found here
      if (!this.#sealer.isCurrent(sealed)) renewed[column] = this.seal(column, plain);
    }
    return renewed;
  }

  #context(column: keyof SealedSecrets): string {
    return `account:${this.#appid}:${PURPOSES[column]}`;
  }
}
