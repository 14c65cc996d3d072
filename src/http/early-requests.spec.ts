import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EarlyRequests } from './early-requests.js';

describe('early requests', () => {
  it('early requests are not to be had of an adapter that cannot offer them', () => {
    expect(() => EarlyRequests.of(new FastifyAdapter())).toThrow('made elsewhere');
  });
});
