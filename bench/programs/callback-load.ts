import autocannon from 'autocannon';
import { answerRequests } from '../support/answer-requests.js';

export interface CallbackLoad {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Each push has a path with its query, and a body. They are sent in turn. */
  readonly pushes: readonly { readonly path: string; readonly body: string }[];
}

export interface CallbackLoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** It counts answers other than 200, and broken connections. */
  readonly failed: number;
}

answerRequests<CallbackLoad>(async ({ url, seconds, connections, pushes }) => {
  const { requests, latency, non2xx, errors, duration } = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: pushes.map(({ path, body }) => ({
      method: 'POST',
      path,
      body,
      headers: { 'content-type': 'text/xml' },
    })),
  });
  return {
    perSecond: requests.total / duration,
    p50: latency.p50,
    p99: latency.p99,
    max: latency.max,
    failed: non2xx + errors,
  } satisfies CallbackLoadResult;
});
