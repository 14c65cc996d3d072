import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { AuditExportQuery } from './audit.dto.js';
import { inTransaction } from './record/in-transaction.js';

/** Writes down that somebody takes the audit away. */
@Injectable()
export class AuditExport {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  note({ actor, action, target, appid, from, to }: AuditExportQuery): Promise<void> {
    return inTransaction(this.#db, (_, audit) => {
      audit({
        action: 'audit.export',
        target: { kind: 'audit', id: 'csv' },
        appid,
        after: { actor, action, target, from, to },
      });
      return Promise.resolve();
    });
  }
}
