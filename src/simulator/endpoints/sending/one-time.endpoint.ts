import type { Account } from '../../accounts/account.js';
import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import type { LedgerMessage } from '../../ledger/ledger.js';
import { done, refused, type Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { ONE_TIME_PATH } from '../../kernel/paths.js';
import { accept } from './acceptance.js';
import { shownContent, textsIn } from './send-request.js';

const HIGHEST_SCENE = 10_000;
const TITLE_LIMIT = 15;
const CONTENT_LIMIT = 200;

/** POST /cgi-bin/message/template/subscribe sends one message for one occasion that a person agreed to. */
export const oneTimeEndpoint = (clock: SimulatedClock): Endpoint => ({
  method: 'POST',
  path: ONE_TIME_PATH,
  kinds: SERVICE_ONLY,
  sends: true,
  answer: (call, account) => {
    const spent = account.quotas.take(ONE_TIME_PATH);
    if (spent) return refused(spent);
    const scene = sceneOf(call.fields?.['scene']);
    const read = readMessage(call, account, clock, scene);
    if ('kind' in read) return read;
    if (scene === undefined || !account.grants.allowsScene(read.follower, scene))
      return refused(43101);
    if (account.natureOf(read.follower) === 'blocking') return refused(43101);
    account.grants.spendScene(read.follower, scene);
    return accept(call, account, read, () => done);
  },
});

function readMessage(
  call: Call,
  { followers }: Account,
  clock: SimulatedClock,
  scene: number | undefined,
): LedgerMessage | Answer {
  const { fields } = call;
  if (!fields) return refused(call.body === '' ? 44002 : 47001);
  const follower = followers.find(call.text('touser'));
  if (follower === undefined) return refused(40003);
  const templateId = call.text('template_id');
  if (templateId === '') return refused(40037);
  if (scene === undefined) return refused(40097);
  const title = call.text('title');
  if (title === '') return refused(47003, 'argument invalid! title is empty');
  const content = contentOf(fields['data']);
  if (content === '') return refused(47003, 'argument invalid! data.content.value is empty');
  if (longerThan(title, TITLE_LIMIT) || longerThan(content, CONTENT_LIMIT)) return refused(45002);
  return {
    channel: 'one-time',
    follower,
    templateId,
    content: {
      ...shownContent({ content }, fields['url'], fields['miniprogram']),
      extras: { scene: String(scene), ...textsIn(fields, ['title']) },
    },
    clientMsgId: undefined,
    acceptedAt: clock.now(),
  };
}

/** The documentation has a text here. SDKs also send a number. */
function sceneOf(scene: unknown): number | undefined {
  const number = typeof scene === 'string' && /^\d{1,5}$/.test(scene) ? Number(scene) : scene;
  return typeof number === 'number' &&
    Number.isInteger(number) &&
    number >= 0 &&
    number <= HIGHEST_SCENE
    ? number
    : undefined;
}

function contentOf(data: unknown): string {
  const { content } = (typeof data === 'object' && data !== null ? data : {}) as {
    content?: { value?: unknown } | null;
  };
  const value = typeof content === 'object' ? content?.value : undefined;
  return typeof value === 'string' ? value : '';
}

const longerThan = (text: string, limit: number): boolean =>
  text.length > limit && [...text].length > limit;
