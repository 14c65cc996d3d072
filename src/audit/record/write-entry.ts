import { CompiledQuery, type Kysely } from 'kysely';
import type { HotRunner, HotStatement } from '../../database/hot-sql.js';
import { actorNow } from '../../kernel/acting.js';
import type { Change } from './change.js';
import { shownChanges } from './shown-changes.js';
import { masked } from './shown-value.js';

const LONGEST_REASON = 500;

/** The function is in the database, so that it can write anew what met a month that was just being made. */
const INSERT_ENTRY: HotStatement = {
  name: 'audit-entry',
  text: `
    select write_audit_entry($1::text, $2::bigint, $3::text, $4::text, $5::text, $6::text, $7::text,
      $8::integer, $9::text, $10::jsonb, $11::jsonb, $12::boolean, $13::text, $14::text)`,
};

/** Writes the entry of a change, in the transaction of that change; none where nothing differs. */
export async function writeEntry<Tables>(tx: Kysely<Tables>, change: Change): Promise<void> {
  const values = valuesOf(change);
  if (values !== undefined)
    await tx.executeQuery(CompiledQuery.raw(INSERT_ENTRY.text, [...values]));
}

/** The same in a transaction of the hot path, for what comes in lists. */
export async function writeHotEntry(tx: HotRunner, change: Change): Promise<void> {
  const values = valuesOf(change);
  if (values !== undefined) await tx.query(INSERT_ENTRY, values);
}

function valuesOf(change: Change): readonly unknown[] | undefined {
  const shown = shownChanges(change);
  if (shown === undefined) return undefined;
  const { action, target, appid, accountId, reason } = change;
  const actor = actorNow();
  return [
    actor.kind,
    actor.id ?? null,
    actor.name,
    actor.ip ?? null,
    action,
    target.kind,
    target.id === undefined ? null : masked(String(target.id)),
    accountId ?? null,
    appid ?? null,
    jsonOf(shown.before),
    jsonOf(shown.after),
    shown.cut,
    actor.requestId ?? null,
    reason === undefined ? null : masked(reason).slice(0, LONGEST_REASON),
  ];
}

/** PostgreSQL's jsonb takes no NUL. */
const jsonOf = (shown: object | null): string | null =>
  shown === null ? null : JSON.stringify(shown).replaceAll('\\u0000', '');
