import type { FastifyReply, FastifyRequest } from 'fastify';

/** Decides who may come in at all, before anything else looks at a request. Access provides it. */
export abstract class RequestGate {
  /** True once the caller is known; for everybody else it throws, or has answered by itself: false. */
  abstract admit(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;

  /** Does the work of an admitted request such that all of it can ask whose work it is. */
  abstract within(request: FastifyRequest, work: () => void): void;
}
