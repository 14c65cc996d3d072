import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { etagHeader } from '../../http/if-match.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { WarnedBroadcastView } from './broadcast-view.dto.js';
import { WarnedBroadcasts } from './warned-broadcasts.js';

/** Answers with one broadcast, whose etag is in the header as well. */
@Injectable()
export class BroadcastAnswers {
  readonly #views: WarnedBroadcasts;

  constructor(views: WarnedBroadcasts) {
    this.#views = views;
  }

  async with(id: string, reply: FastifyReply): Promise<WarnedBroadcastView> {
    const view = await this.#views.requireView(id);
    reply.header('ETag', etagHeader(view.etag));
    return view;
  }

  /** Whoever has seen an older version is shown the present one with the refusal. */
  async orCurrent<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'changed-since') throw error;
      const { kind, code, message } = error;
      const current = await this.#views.requireView(id);
      throw new DomainError(kind, code, message, { details: { current } });
    }
  }
}
