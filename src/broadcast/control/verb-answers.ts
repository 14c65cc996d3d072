import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { seenIn } from '../../http/if-match.js';
import { idempotencyOf } from '../compose/idempotency.js';
import type { Verb } from '../engine/record/transitions.js';
import { BroadcastAnswers } from '../progress/broadcast-answers.js';
import type { WarnedBroadcastView } from '../progress/broadcast-view.dto.js';
import type { Ask, Decided } from './deciding.js';

/** A request for a verb, as it came. */
export interface AskedVerb {
  readonly id: string;
  readonly verb: Verb;
  readonly body: object;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The verbs for which it matters which version somebody has seen. A stop must not miss. */
const DECIDING: readonly Verb[] = ['start', 'start-now', 'unschedule'];

/** What a confirmation brings is no part of what is asked for: a repeated request may have another. */
const NOT_HASHED = new Set(['confirm', 'typed', 'preflightId']);

/** Carries out a verb and answers with the broadcast as it is then. */
@Injectable()
export class VerbAnswers {
  readonly #answers: BroadcastAnswers;

  constructor(answers: BroadcastAnswers) {
    this.#answers = answers;
  }

  async of(
    { id, verb, body, headers }: AskedVerb,
    reply: FastifyReply,
    carryOut: (ask: Ask) => Promise<Decided>,
  ): Promise<WarnedBroadcastView> {
    const asked = Object.entries(body).filter(([name]) => !NOT_HASHED.has(name));
    const idempotency = await idempotencyOf(headers['idempotency-key'], {
      verb,
      ...Object.fromEntries(asked),
    });
    const seen = DECIDING.includes(verb) ? seenIn(headers['if-match']) : undefined;
    const { replayed } = await this.#answers.orCurrent(id, () =>
      carryOut({ id, verb, idempotency, seen }),
    );
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    return await this.#answers.with(id, reply);
  }
}
