import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { appidsFor, type Grant } from '../../access/caller.js';
import { noSuchAccounts, refuseMoreThan } from '../../access/no-more-than.js';
import { SessionsService } from '../../access/sessions.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { type Page, page } from '../../http/cursor.js';
import { aboveId } from '../../http/id-cursor.js';
import { newOneTimePassword } from '../password/one-time-password.js';
import { PasswordHasher } from '../password/password-hasher.js';
import { passwordFault } from '../password/password-rules.js';
import type { Locale, OperatorRecord } from '../record/operator.js';
import {
  lastAdmin,
  loginTaken,
  operatorNotFound,
  weakPassword,
} from '../record/operator-refusals.js';
import {
  findOperator,
  hasOtherFullAdmin,
  insertOperator,
  knownAppids,
  listOperators,
  lockWithFullAdmins,
  type OperatorsDb,
  replaceGrants,
  type Sight,
} from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import type { Giver } from './giver.js';
import { pictureOf } from './operator-picture.js';

export interface OperatorDraft {
  readonly login: string;
  readonly name: string;
  readonly locale?: Locale | undefined;
  /** Left out: one is made, and told once. */
  readonly password?: string | undefined;
  readonly grants: readonly Grant[];
}

export interface OperatorChange {
  readonly name?: string | undefined;
  readonly locale?: Locale | undefined;
  readonly grants?: readonly Grant[] | undefined;
  readonly disabled?: boolean | undefined;
}

export interface MadeOperator {
  readonly operator: OperatorRecord;
  /** Null where the maker has chosen the password. */
  readonly oneTimePassword: string | null;
}

/** Operators as whoever manages them sees them: those whose rights lie within their own. */
@Injectable()
export class OperatorsService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #hasher: PasswordHasher;
  readonly #sessions: SessionsService;

  constructor(db: Kysely<OperatorsTables>, hasher: PasswordHasher, sessions: SessionsService) {
    this.#db = db;
    this.#hasher = hasher;
    this.#sessions = sessions;
  }

  async list(
    giver: Giver,
    after: string | undefined,
    limit: number,
  ): Promise<Page<OperatorRecord>> {
    const rows = await listOperators(this.#db, sightOf(giver), aboveId(after), limit + 1);
    return page(rows, limit, ({ id }) => String(id));
  }

  async requireOperator(giver: Giver, id: number): Promise<OperatorRecord> {
    const operator = await findOperator(this.#db, id, sightOf(giver));
    if (operator === undefined) throw operatorNotFound(id);
    return operator;
  }

  async create(giver: Giver, draft: OperatorDraft): Promise<MadeOperator> {
    const { login, name, locale = 'zh', grants } = draft;
    await this.#refuseTooWide(giver, grants);
    const oneTimePassword = draft.password === undefined ? newOneTimePassword() : null;
    const password = draft.password ?? oneTimePassword ?? '';
    const fault = passwordFault(password, login);
    if (fault !== undefined) throw weakPassword(fault);
    const passwordHash = await this.#hasher.hash(password);
    const operator = await inTransaction(this.#db, async (tx, audit) => {
      const fresh = { login, name, locale, passwordHash, mustChangePassword: true };
      const id = await insertOperator(tx, fresh);
      if (id === undefined) throw loginTaken(login);
      await replaceGrants(tx, id, grants);
      const made = await requireIn(tx, id);
      audit({
        action: 'operator.create',
        target: { kind: 'operator', id },
        after: pictureOf(made),
      });
      return made;
    });
    return { operator, oneTimePassword };
  }

  async change(giver: Giver, id: number, change: OperatorChange): Promise<OperatorRecord> {
    if (change.grants !== undefined) await this.#refuseTooWide(giver, change.grants);
    const changed = await inTransaction(this.#db, async (tx, audit) => {
      await lockWithFullAdmins(tx, id);
      const before = await findOperator(tx, id, sightOf(giver));
      if (before === undefined) throw operatorNotFound(id);
      await refuseLosingLastAdmin(tx, before, change);
      await this.#write(tx, id, change);
      const after = await requireIn(tx, id);
      audit({
        action: actionOf(before, after),
        target: { kind: 'operator', id },
        before: pictureOf(before),
        after: pictureOf(after),
      });
      return after;
    });
    this.#sessions.forget();
    return changed;
  }

  /** For somebody who has forgotten theirs: it is told once, and changed at the next login. */
  async resetPassword(
    giver: Giver,
    id: number,
    { withoutTotp = false }: { readonly withoutTotp?: boolean } = {},
  ): Promise<MadeOperator> {
    const oneTimePassword = newOneTimePassword();
    const passwordHash = await this.#hasher.hash(oneTimePassword);
    const operator = await inTransaction(this.#db, async (tx, audit) => {
      await lockWithFullAdmins(tx, id);
      const before = await findOperator(tx, id, sightOf(giver));
      if (before === undefined) throw operatorNotFound(id);
      await tx
        .updateTable('operator')
        .set({
          passwordHash,
          mustChangePassword: true,
          rightsVersion: sql<number>`rights_version + 1`,
          ...(withoutTotp && { totpSecret: null, totpPending: null }),
        })
        .where('id', '=', id)
        .execute();
      if (withoutTotp) await tx.deleteFrom('recoveryCode').where('operatorId', '=', id).execute();
      await this.#sessions.end({ operatorId: id }, 'password_changed', tx);
      audit({
        action: 'operator.reset',
        target: { kind: 'operator', id },
        ...(withoutTotp && { reason: 'without the second step' }),
      });
      return await requireIn(tx, id);
    });
    this.#sessions.forget();
    return { operator, oneTimePassword };
  }

  async #write(tx: OperatorsDb, id: number, change: OperatorChange): Promise<void> {
    const { name, locale, disabled, grants } = change;
    const otherRights = grants !== undefined || disabled !== undefined;
    await tx
      .updateTable('operator')
      .set({
        ...(name !== undefined && { name }),
        ...(locale !== undefined && { locale }),
        ...(disabled !== undefined && {
          disabledAt: disabled ? sql<Date>`coalesce(disabled_at, clock_now())` : null,
        }),
        rightsVersion: sql<number>`rights_version + ${otherRights ? 1 : 0}`,
      })
      .where('id', '=', id)
      .execute();
    if (grants !== undefined) await replaceGrants(tx, id, grants);
    if (disabled === true) await this.#sessions.end({ operatorId: id }, 'disabled', tx);
  }

  async #refuseTooWide(giver: Giver, grants: readonly Grant[]): Promise<void> {
    if (giver !== 'command') refuseMoreThan(giver, 'operator.manage', grants);
    const named = [...new Set(grants.flatMap(({ appids }) => appids ?? []))];
    const known = await knownAppids(this.#db, named);
    const unknown = named.filter((appid) => !known.has(appid));
    if (unknown.length > 0) throw noSuchAccounts(unknown, 'grants');
  }
}

const sightOf = (giver: Giver): Sight =>
  giver === 'command' ? 'all' : appidsFor(giver, 'operator.manage');

async function requireIn(tx: OperatorsDb, id: number): Promise<OperatorRecord> {
  const operator = await findOperator(tx, id, 'all');
  if (operator === undefined) throw operatorNotFound(id);
  return operator;
}

/** Under the locks of all such admins, of whom the count is read after the locks. */
async function refuseLosingLastAdmin(
  tx: OperatorsDb,
  before: OperatorRecord,
  { grants = before.grants, disabled = before.disabledAt !== null }: OperatorChange,
): Promise<void> {
  const isAdmin = before.disabledAt === null && isFullAdmin(before.grants);
  const staysAdmin = !disabled && isFullAdmin(grants);
  if (isAdmin && !staysAdmin && !(await hasOtherFullAdmin(tx, before.id))) throw lastAdmin();
}

const isFullAdmin = (grants: readonly Grant[]): boolean =>
  grants.some(({ appids, role }) => appids === null && role === 'admin');

const actionOf = (before: OperatorRecord, after: OperatorRecord) => {
  if ((before.disabledAt === null) === (after.disabledAt === null)) return 'operator.change';
  return after.disabledAt === null ? 'operator.enable' : 'operator.disable';
};
