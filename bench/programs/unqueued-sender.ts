import { answerRequests } from '../support/answer-requests.js';
import { Poster, type PostSettings } from './poster.js';

export type UnqueuedSenderRequest =
  | { readonly kind: 'open'; readonly settings: PostSettings }
  /** The sequential loop has a `concurrency` of 1. */
  | {
      readonly kind: 'send';
      readonly messages: number;
      readonly concurrency: number;
      readonly text: string;
    };

let poster: Poster | undefined;

answerRequests<UnqueuedSenderRequest>(async (request) => {
  if (request.kind === 'open') {
    poster = await Poster.open(request.settings);
    return;
  }
  const { messages, concurrency, text } = request;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < messages) await poster?.post(poster.openids[next++] as string, text);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
});
