import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Grant } from '../../access/caller.js';
import type { SessionOrigin } from '../../access/session.js';
import { SessionsService } from '../../access/sessions.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { actingAs } from '../../kernel/acting.js';
import { operatorDisabled } from '../login/login-refusals.js';
import { pictureOf } from '../people/operator-picture.js';
import type { OperatorRecord } from '../record/operator.js';
import {
  findByIdentity,
  findOperator,
  insertOperator,
  knownAppids,
  type OperatorsDb,
  replaceGrants,
} from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { areSameGrants } from './grants-of-claims.js';
import type { Identity } from './identity.js';
import { freeLogins } from './free-logins.js';

/** Who has come in, as they were judged. */
export interface Admitted {
  readonly id: number;
  readonly name: string;
  readonly rightsVersion: number;
}

/** Operators whom an identity provider vouches for: made at their first login, with rights that follow their claims. */
@Injectable()
export class OidcOperators {
  readonly #db: Kysely<OperatorsTables>;
  readonly #sessions: SessionsService;

  constructor(db: Kysely<OperatorsTables>, sessions: SessionsService) {
    this.#db = db;
    this.#sessions = sessions;
  }

  /**
   * The operator, with the rights that are given and no others; accounts that are not here are left out. Undefined where
   * nothing is left: then nobody is made, and somebody who had rights has none and is out.
   */
  async admit(
    identity: Identity,
    given: readonly Grant[],
    { ip, requestId }: SessionOrigin,
  ): Promise<Admitted | undefined> {
    const actor = { kind: 'system', name: 'system', ip, ...(requestId && { requestId }) } as const;
    const admitted = await actingAs(actor, async () => {
      const grants = await this.#existing(given);
      const known = await findByIdentity(this.#db, identity);
      const id = known ?? (grants.length > 0 ? await this.#make(identity, grants) : undefined);
      return id === undefined ? undefined : await this.#follow(id, identity, grants);
    });
    this.#sessions.forget();
    return admitted;
  }

  async #existing(given: readonly Grant[]): Promise<Grant[]> {
    const named = [...new Set(given.flatMap(({ appids }) => appids ?? []))];
    const known = await knownAppids(this.#db, named);
    return given.flatMap(({ appids, role }) => {
      const here = appids === null ? null : appids.filter((appid) => known.has(appid));
      return here?.length === 0 ? [] : [{ appids: here, role }];
    });
  }

  /** Of two first logins at once one makes the operator, and both find it. A login that is taken is left to its owner. */
  async #make(identity: Identity, grants: readonly Grant[]): Promise<number> {
    return await inTransaction(this.#db, async (tx, audit) => {
      for (const login of freeLogins(identity.login)) {
        const id = await insertOperator(tx, {
          login,
          name: identity.name,
          locale: identity.locale,
          passwordHash: null,
          mustChangePassword: false,
          oidcIssuer: identity.issuer,
          oidcSubject: identity.subject,
        });
        if (id !== undefined) {
          await replaceGrants(tx, id, grants);
          const after = pictureOf(await requireIn(tx, id));
          const target = { kind: 'operator', id } as const;
          audit({ action: 'operator.create', target, after, reason: reasonOf(identity) });
          return id;
        }
        const other = await findByIdentity(tx, identity);
        if (other !== undefined) return other;
      }
      throw new Error('no login is free');
    });
  }

  /** Under the operator's lock: whoever changes or disables them meanwhile comes before or after. */
  async #follow(
    id: number,
    identity: Identity,
    grants: readonly Grant[],
  ): Promise<Admitted | undefined> {
    return await inTransaction(this.#db, async (tx, audit) => {
      await tx.selectFrom('operator').select('id').where('id', '=', id).forUpdate().execute();
      const before = await requireIn(tx, id);
      if (before.disabledAt !== null) throw operatorDisabled();
      if (!areSameGrants(before.grants, grants)) {
        await replaceGrants(tx, id, grants);
        await tx
          .updateTable('operator')
          .set({ rightsVersion: sql<number>`rights_version + 1` })
          .where('id', '=', id)
          .execute();
        if (grants.length === 0) await this.#sessions.end({ operatorId: id }, 'session_ended', tx);
        audit({
          action: 'operator.change',
          target: { kind: 'operator', id },
          before: pictureOf(before),
          after: pictureOf(await requireIn(tx, id)),
          reason: reasonOf(identity),
        });
      }
      if (grants.length === 0) return undefined;
      return await tx
        .selectFrom('operator')
        .select(['id', 'name', 'rightsVersion'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
    });
  }
}

const reasonOf = ({ issuer }: Identity): string => `claims of ${issuer}`;

async function requireIn(tx: OperatorsDb, id: number): Promise<OperatorRecord> {
  const operator = await findOperator(tx, id, 'all');
  if (operator === undefined) throw new Error(`the operator ${id} has gone`);
  return operator;
}
