import { type Insertable, type Kysely, sql, type Transaction, type UpdateObject } from 'kysely';
import type { AuditAction } from '../audit/record/actions.js';
import { inTransaction } from '../audit/record/in-transaction.js';
import { accountPicture } from './account-picture.js';
import type { AccountTable, AccountTables } from './account.tables.js';
import { sealed, type SealedAccount } from './sealed-account.js';

/** False means that the appid is taken. */
export const insertAccount = (
  db: Kysely<AccountTables>,
  account: Insertable<AccountTable>,
  action: AuditAction = 'account.create',
): Promise<boolean> =>
  inTransaction(db, async (tx, audit) => {
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('account')
      .values(account)
      .onConflict((conflict) => conflict.column('appid').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return false;
    const { appid } = account;
    const after = accountPicture(await readSealed(tx, appid));
    audit({ action, target: { kind: 'account' }, appid, after });
    return true;
  });

/** Calls `change` with the row locked, so that two changes at once see each other. False means no such account. */
export const changeAccount = (
  db: Kysely<AccountTables>,
  appid: string,
  action: AuditAction,
  change: (account: SealedAccount) => UpdateObject<AccountTables, 'account'>,
): Promise<boolean> =>
  inTransaction(db, async (tx, audit) => {
    const account = await sealed(tx.selectFrom('account'))
      .where('appid', '=', appid)
      // A claim that opens the day holds the pace row and refers to ours; its id stays what it is.
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (account === undefined) return false;
    const values = change(account);
    if (Object.keys(values).length === 0) return true;
    await tx.updateTable('account').set(values).where('id', '=', account.id).execute();
    const [before, after] = [accountPicture(account), accountPicture(await readSealed(tx, appid))];
    audit({ action, target: { kind: 'account' }, appid, before, after });
    return true;
  });

/** False means no such account. */
export const removeAccount = (db: Kysely<AccountTables>, appid: string): Promise<boolean> =>
  inTransaction(db, async (tx, audit) => {
    // Locked before the account's row: a claim that opens the day locks them in this order.
    await sql`
      select from pace where account_id = (select id from account where appid = ${appid})
      for update`.execute(tx);
    const account = await sealed(tx.selectFrom('account'))
      .where('appid', '=', appid)
      .forUpdate()
      .executeTakeFirst();
    if (account === undefined) return false;
    await tx.deleteFrom('account').where('id', '=', account.id).execute();
    const [accountId, before] = [account.id, accountPicture(account)];
    audit({ action: 'account.remove', target: { kind: 'account' }, appid, accountId, before });
    return true;
  });

const readSealed = (tx: Transaction<AccountTables>, appid: string): Promise<SealedAccount> =>
  sealed(tx.selectFrom('account')).where('appid', '=', appid).executeTakeFirstOrThrow();
