import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { etagHeader } from '../../http/if-match.js';
import { DomainError } from '../../kernel/domain-error.js';
import { DraftFaults } from '../compose/draft-faults.js';
import type { Expansion } from './broadcast-list.dto.js';
import type { BroadcastRowView } from './broadcast-row.dto.js';
import { LastTest } from './last-test.js';
import type { WarnedBroadcastView } from './broadcast-view.dto.js';
import { WarnedBroadcasts } from './warned-broadcasts.js';

/** Answers with one broadcast, whose etag is in the header as well. */
@Injectable()
export class BroadcastAnswers {
  readonly #views: WarnedBroadcasts;
  readonly #faults: DraftFaults;

  readonly #tests: LastTest;

  constructor(views: WarnedBroadcasts, faults: DraftFaults, tests: LastTest) {
    this.#tests = tests;
    this.#views = views;
    this.#faults = faults;
  }

  async with(id: string, reply: FastifyReply): Promise<WarnedBroadcastView> {
    const view = await this.#view(id);
    reply.header('ETag', etagHeader(view.etag));
    return view;
  }

  /** In the order of the ids given; an unknown one is left out. */
  rows(ids: readonly string[], expand: readonly Expansion[]): Promise<BroadcastRowView[]> {
    return this.#views.rowsOf(ids, expand);
  }

  /** Whoever has seen an older version is shown the present one with the refusal. */
  async orCurrent<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'changed-since') throw error;
      const { kind, code, words } = error;
      const current = await this.#view(id);
      throw new DomainError(kind, code, words, { details: { current } });
    }
  }

  /** One alone says what is in the way of its start, and whether it was tried, which takes some looking. */
  async #view(id: string): Promise<WarnedBroadcastView> {
    const view = await this.#views.requireView(id);
    if (view.state !== 'draft' && view.state !== 'scheduled') return view;
    const [test, faults] = await Promise.all([
      this.#tests.of(id),
      view.state === 'draft' ? this.#faults.ofDraft(id) : undefined,
    ]);
    return Object.assign(view, { test, ...(faults && { faults }) });
  }
}
