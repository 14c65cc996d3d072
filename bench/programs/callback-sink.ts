import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequests } from '../support/answer-requests.js';

export interface CallbackSinkAnswer {
  readonly url: string;
}

/** The sink answers every push as WeChat wants, and does nothing else. */
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end('success'));
}).listen(0, '127.0.0.1');
await once(server, 'listening');

answerRequests<object>(() =>
  Promise.resolve({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  } satisfies CallbackSinkAnswer),
);
