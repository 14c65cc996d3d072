import type { FastifyRequest } from 'fastify';

const admitted = new WeakSet();

/** Marks a request whose sender the gate knows. */
export const markAdmitted = (request: FastifyRequest): void => {
  admitted.add(request.raw);
};

export const isAdmitted = (request: FastifyRequest): boolean => admitted.has(request.raw);
