import type { FastifyRequest } from 'fastify';

const admitted = new WeakSet();

/** The gate knows who sent it. */
export const markAdmitted = (request: FastifyRequest): void => {
  admitted.add(request.raw);
};

export const isAdmitted = (request: FastifyRequest): boolean => admitted.has(request.raw);
