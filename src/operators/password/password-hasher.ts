import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type ArgonCost, readPhc, writePhc } from './phc-string.js';
import { Turnstile, TurnstileFull } from './turnstile.js';

/** The least that OWASP names for argon2id. */
const COST: ArgonCost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Each takes 19 MiB and a thread of libuv's pool, which files and names of hosts need too. */
const MOST_AT_ONCE = 2;
/** Two seconds of waiting or so; more is somebody who wants us to be busy. */
const MOST_WAITING = 64;

const derive = promisify(argon2);

/** A core is left to everything else: two hashes on two cores hold pushes up (docs/performance.md, `logins`). */
export const hashesAtOnce = (cores: number): number =>
  Math.min(MOST_AT_ONCE, Math.max(1, cores - 1));

/** A login that is unknown is compared with this one, so that it takes as long as one that is known. */
const NOBODY = writePhc({
  ...COST,
  salt: randomBytes(SALT_BYTES),
  tag: randomBytes(TAG_BYTES),
});

/** Passwords as argon2id, in PHC strings that carry their own cost; two at once in a process, or one. */
@Injectable()
export class PasswordHasher {
  readonly #turnstile = new Turnstile(hashesAtOnce(availableParallelism()), MOST_WAITING);

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#derive(password, { ...COST, salt }, TAG_BYTES);
    return writePhc({ ...COST, salt, tag });
  }

  /** False for everybody who has no password, after the time that a comparison takes. */
  async matches(password: string, phc: string | null | undefined): Promise<boolean> {
    const known = readPhc(phc ?? '');
    const kept = known ?? readPhc(NOBODY);
    if (kept === undefined) throw new Error('the hash that stands for nobody cannot be read');
    const tag = await this.#derive(password, kept, kept.tag.length);
    return timingSafeEqual(tag, kept.tag) && known !== undefined;
  }

  /** True for a hash that was cheaper than today's: whoever has the password hashes it anew. */
  isOutdated(phc: string): boolean {
    const kept = readPhc(phc);
    return kept === undefined || kept.memory < COST.memory || kept.passes < COST.passes;
  }

  async #derive(
    password: string,
    { memory, passes, parallelism, salt }: ArgonCost & { readonly salt: Buffer },
    tagLength: number,
  ): Promise<Buffer> {
    // The same characters come in several spellings, by the keyboard that wrote them.
    const message = password.normalize('NFKC');
    try {
      return await this.#turnstile.pass(() =>
        derive('argon2id', { message, nonce: salt, parallelism, tagLength, memory, passes }),
      );
    } catch (error) {
      if (!(error instanceof TurnstileFull)) throw error;
      throw new DomainError(
        'unavailable',
        'too_many_logins',
        both(
          '同时登录的人太多，请几秒后再试。',
          'Too many people log in at once: try again in a few seconds.',
        ),
        { cause: error },
      );
    }
  }
}
