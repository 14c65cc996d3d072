import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { recordEvent } from '../engine/record/broadcast-events.js';
import { ALLOWED, transitionNotAllowed } from '../engine/record/transitions.js';
import { type Ask, type Decided, Deciding } from './deciding.js';

/**
 * Puts a broadcast that has ended out of the way, and takes it back. Lists and their counts leave out what is archived;
 * it is read by its id as before, and stays in every figure and in the history of its people.
 */
@Injectable()
export class BroadcastArchive {
  readonly #logger = new Logger(BroadcastArchive.name);
  readonly #deciding: Deciding;

  constructor(deciding: Deciding) {
    this.#deciding = deciding;
  }

  archive(ask: Ask): Promise<Decided> {
    return this.#put(ask, { into: true });
  }

  unarchive(ask: Ask): Promise<Decided> {
    return this.#put(ask, { into: false });
  }

  async #put(ask: Ask, { into }: { readonly into: boolean }): Promise<Decided> {
    const decided = await this.#deciding.atOnce(ask, async (tx, { state, archivedAt }) => {
      if (!ALLOWED[state].includes(ask.verb)) throw transitionNotAllowed(state, ask.verb);
      if ((archivedAt !== null) === into) return undefined;
      const { archivedAt: at } = await tx
        .updateTable('broadcast')
        .set({ archivedAt: into ? sql<Date>`clock_now()` : null, etag: sql`etag + 1` })
        .where('id', '=', ask.id)
        .returning('archivedAt')
        .executeTakeFirstOrThrow();
      await recordEvent(tx, ask.id, into ? 'archived' : 'unarchived');
      return { before: { archivedAt }, after: { archivedAt: at } };
    });
    if (decided.changed)
      this.#logger.log(`broadcast ${ask.id} ${into ? 'archived' : 'taken out of the archive'}`);
    return decided;
  }
}
