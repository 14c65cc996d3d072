import type { FastifyRequest } from 'fastify';

/** What a request was refused for, and the pattern of its path where no route of that method has it. */
interface ToldRefusal {
  readonly code: string;
  readonly pattern?: string | undefined;
}

const told = new WeakMap<object, ToldRefusal>();

export const tellRefusal = (request: FastifyRequest, refusal: ToldRefusal): void => {
  told.set(request.raw, refusal);
};

export const toldRefusalOf = (request: FastifyRequest): ToldRefusal | undefined =>
  told.get(request.raw);
