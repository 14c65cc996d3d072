import createClient from 'openapi-fetch';
import { base } from './base';
import { Problem, type ProblemBody } from './problem';
import type { paths } from './schema';
import { noteServiceTime } from './service-clock';
import { endSession } from './session-end';

/** Asks no longer than this: a silent network is told to the person, who may try again. */
const PATIENCE_MS = 30_000;

/** Until the time is over, or whoever asks gives up. Not `AbortSignal.any`, which Windows 7's last browsers lack. */
function patience(givenUp: AbortSignal): AbortSignal {
  const end = new AbortController();
  AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', () => end.abort());
  givenUp.addEventListener('abort', () => end.abort());
  if (givenUp.aborted) end.abort();
  return end.signal;
}

/** Typed by the document of the API: a path, a parameter or a member that is not there does not compile. */
export const api = createClient<paths>({
  baseUrl: base.href.replace(/\/$/, ''),
  credentials: 'same-origin',
  fetch: (request) => fetch(request, { signal: patience(request.signal) }),
});

/** Looking on keeps no session alive; somebody who types or points does. */
const ACTIVE_MS = 60_000;
let lastTouch = Date.now();
for (const kind of ['pointerdown', 'keydown'])
  addEventListener(kind, () => (lastTouch = Date.now()), { passive: true, capture: true });
api.use({
  onRequest: ({ request }) => {
    if (Date.now() - lastTouch < ACTIVE_MS) request.headers.set('x-weicast-active', '1');
    return request;
  },
  onResponse: ({ response }) => noteServiceTime(response.headers.get('date')),
});

interface Outcome {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

const UNREACHABLE: ProblemBody = {
  zh: '网络不通，或服务没有应答。',
  en: 'No network, or no answer from the service.',
};

const SESSION_OVER: ProblemBody = {
  code: 'session_over',
  zh: '登录已结束，请重新登录后再试一次。',
  en: 'Your session had ended: log in and try again.',
};

/** What was answered, or a `Problem`. */
export async function answered<R extends Outcome>(
  asked: Promise<R>,
): Promise<Exclude<R['data'], undefined>> {
  let outcome: R;
  try {
    outcome = await asked;
  } catch (error) {
    throw new Problem(0, { ...UNREACHABLE, detail: String(error) });
  }
  const { data, error, response } = outcome;
  if (response.ok) return data as Exclude<R['data'], undefined>;
  const body: ProblemBody =
    typeof error === 'object' && error !== null ? { ...error } : { detail: response.statusText };
  const problem = new Problem(response.status, body);
  // The dialog that it opens says why; what was tried has only to be tried again.
  if (problem.status === 401 && endSession(problem.code)) throw new Problem(401, SESSION_OVER);
  throw problem;
}
