import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { answerRequests } from '../support/answer-requests.js';
import { Poster, type PostSettings } from './poster.js';

export type BareSenderRequest =
  | {
      readonly kind: 'open';
      readonly settings: PostSettings;
      readonly redisPort: number;
      readonly concurrency: number;
    }
  | { readonly kind: 'send'; readonly messages: number; readonly text: string };

interface Message {
  readonly openid: string;
  readonly text: string;
}

const CHUNK_JOBS = 1_000;

let poster: Poster | undefined;
let queue: Queue<Message> | undefined;
let left = 0;
let allSent: (() => void) | undefined;

/** The program that one would write first: a queue, a worker, a post. It records nothing and retries nothing. */
answerRequests<BareSenderRequest>(async (request) => {
  if (request.kind === 'open') {
    const opened = await Poster.open(request.settings);
    poster = opened;
    const connection = new Redis(request.redisPort, '127.0.0.1', { maxRetriesPerRequest: null });
    queue = new Queue<Message>('bare', { connection });
    new Worker<Message>('bare', ({ data }) => opened.post(data.openid, data.text), {
      connection,
      concurrency: request.concurrency,
    }).on('completed', () => {
      if (--left === 0) allSent?.();
    });
    return;
  }
  const { messages, text } = request;
  const sent = new Promise<void>((resolve) => (allSent = resolve));
  left = messages;
  for (let from = 0; from < messages; from += CHUNK_JOBS)
    await queue?.addBulk(
      (poster?.openids ?? []).slice(from, Math.min(messages, from + CHUNK_JOBS)).map((openid) => ({
        name: 'send',
        data: { openid, text },
        opts: { removeOnComplete: true },
      })),
    );
  await sent;
});
