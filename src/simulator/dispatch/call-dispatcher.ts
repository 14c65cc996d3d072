import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../accounts/account.js';
import type { FaultEnding } from '../faults/fault-plan.js';
import type { PretendWechat } from '../platform/pretend-wechat.js';
import { refused, type Answer } from './answer.js';
import type { Call } from '../wire/call.js';
import type { Endpoint } from './endpoint.js';
import { errmsgOf } from './errmsg.js';
import { jsonReply, type Reply } from '../wire/reply.js';

type Authorization = { readonly account: Account | undefined; readonly refusal?: Answer };

/** Takes a call to its reply: it checks method and token, applies faults, asks the endpoint, and adds the rid. */
export class CallDispatcher {
  readonly #wechat: PretendWechat;

  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(wechat: PretendWechat, endpoints: readonly Endpoint[]) {
    this.#wechat = wechat;
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));
  }

  async dispatch(call: Call): Promise<Reply> {
    const endpoint = this.#endpoints.get(call.path);
    // WeChat answers 200 and tells an unknown path only by its errcode.
    if (!endpoint) return this.#render(call, undefined, refused(40066));
    const { account, refusal } = this.#authorize(endpoint, call);
    if (!endpoint.sends) {
      return refusal
        ? this.#render(call, account, refusal)
        : this.#execute(endpoint, call, account);
    }
    const meters = [this.#wechat.sendMeter, account?.sendMeter].filter(
      (meter) => meter !== undefined,
    );
    for (const meter of meters) meter.recordArrival();
    const reply = refusal
      ? this.#render(call, account, refusal)
      : account && endpoint.oneAtATime
        ? await this.#executeExclusively(endpoint, call, account)
        : await this.#execute(endpoint, call, account);
    for (const meter of meters) meter.recordReply(reply, call.errcode);
    return reply;
  }

  #authorize(endpoint: Endpoint, call: Call): Authorization {
    const refusal =
      call.method === endpoint.method
        ? undefined
        : refused(endpoint.method === 'GET' ? 43001 : 43002);
    if (endpoint.kinds === null) {
      const appid = claimedAppid(call);
      const account = appid === undefined ? undefined : this.#wechat.accounts.find(appid);
      return refusal ? { account, refusal } : { account };
    }
    if (refusal) return { account: undefined, refusal };
    const token = this.#wechat.tokens.check(call.query.get('access_token'));
    if (token.kind === 'refused')
      return { account: token.account, refusal: refused(token.errcode) };
    const { account } = token;
    return endpoint.kinds.includes(account.settings.kind)
      ? { account }
      : { account, refusal: refused(48001) };
  }

  /** Executes a send only if no other send to this openid is in flight. */
  async #executeExclusively(endpoint: Endpoint, call: Call, account: Account): Promise<Reply> {
    const { concurrentErrcode } = account.settings.subscriptions;
    const openid = call.text('touser');
    if (concurrentErrcode !== 0 && account.sendsInFlight.has(openid))
      return this.#render(call, account, refused(concurrentErrcode));
    account.sendsInFlight.add(openid);
    try {
      return await this.#execute(endpoint, call, account);
    } finally {
      account.sendsInFlight.delete(openid);
    }
  }

  async #execute(endpoint: Endpoint, call: Call, account: Account | undefined): Promise<Reply> {
    const { faults } = this.#wechat;
    if (!faults.isEmpty) call.faults = faults.plan(faultSubject(endpoint, call, account));
    if (account && endpoint.sends) {
      const { latencyMinMs, latencyMaxMs } = account.settings.sending;
      call.latencyMs = account.random.between(latencyMinMs, latencyMaxMs);
    }
    const plan = call.faults;
    if (plan && plan.delayBeforeMs > 0) await sleep(plan.delayBeforeMs);
    const carriedOut = plan?.ending?.accepted !== false;
    const answer = carriedOut ? await answerOf(endpoint, call, account) : undefined;
    const waitMs = call.latencyMs + (plan?.delayAfterMs ?? 0);
    if (waitMs > 0) await sleep(waitMs);
    if (plan?.ending) return this.#failAs(call, account, plan.ending.how, answer);
    return answer ? this.#render(call, account, answer) : { kind: 'drop' };
  }

  #failAs(
    call: Call,
    account: Account | undefined,
    how: FaultEnding,
    answer: Answer | undefined,
  ): Reply {
    switch (how.kind) {
      case 'errcode':
        return this.#render(call, account, refused(how.errcode, how.errmsg));
      case 'drop':
        return { kind: 'drop' };
      case 'cut':
        return {
          kind: 'cut',
          body: answer?.kind === 'ok' ? answer.body : '{"errcode":-1,"errmsg":"system error"}',
        };
      case 'http':
        return { kind: 'answer', status: how.status, contentType: 'text/html', body: how.body };
    }
  }

  #render(call: Call, account: Account | undefined, answer: Answer): Reply {
    if (answer.kind === 'ok') return jsonReply(answer.body);
    const now = this.#wechat.clock.now();
    const { errcode } = answer;
    call.errcode = errcode;
    const rid = this.#wechat.rids.add({
      appid: account?.appid,
      invokedAt: now,
      costMs: Math.round(call.latencyMs),
      path: call.path,
      requestBody: call.body,
      errcode,
      ip: call.ip,
    });
    const stray = account?.settings.sending.controlCharacters ? '\u0001\n' : '';
    const errmsg = JSON.stringify(answer.errmsg ?? errmsgOf(errcode)).slice(0, -1);
    const msgid = answer.msgid === undefined ? '' : `,"msgid":${answer.msgid}`;
    return jsonReply(`{"errcode":${errcode},"errmsg":${errmsg}${stray} rid: ${rid}"${msgid}}`);
  }
}

function answerOf(
  endpoint: Endpoint,
  call: Call,
  account: Account | undefined,
): Answer | Promise<Answer> {
  if (endpoint.kinds === null) return endpoint.answer(call);
  return account ? endpoint.answer(call, account) : refused(40001);
}

function faultSubject(endpoint: Endpoint, call: Call, account: Account | undefined) {
  const sends = endpoint.sends ?? false;
  const openid = sends ? call.text('touser') : undefined;
  const hasLeft = (): boolean => {
    const follower = openid === undefined ? undefined : account?.followers.find(openid);
    return follower !== undefined && account !== undefined && account.hasLeft(follower);
  };
  return { path: call.path, sends, appid: account?.appid, openid, hasLeft };
}

/** The appid that a token call names, for faults that concern one account. */
function claimedAppid(call: Call): string | undefined {
  return call.query.get('appid') ?? (call.method === 'POST' ? call.text('appid') : '') ?? undefined;
}
