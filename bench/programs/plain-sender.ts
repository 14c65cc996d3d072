import { answerRequests } from '../support/talk.js';
import { Poster, type PostSettings } from './post.js';

export type PlainSenderRequest =
  | { readonly kind: 'open'; readonly settings: PostSettings }
  /** `atOnce` 1 is the sequential loop. */
  | {
      readonly kind: 'send';
      readonly messages: number;
      readonly atOnce: number;
      readonly text: string;
    };

let poster: Poster | undefined;

answerRequests<PlainSenderRequest>(async (request) => {
  if (request.kind === 'open') {
    poster = await Poster.open(request.settings);
    return;
  }
  const { messages, atOnce, text } = request;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < messages) await poster?.post(poster.openids[next++] as string, text);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
});
