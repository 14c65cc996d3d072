import type { Notice } from '../kernel/warning.js';

/** Why we refused a push that may be WeChat's. */
export const REFUSED_WHYS = ['token', 'key', 'appid', 'mode', 'stamp', 'replay'] as const;
export type RefusedWhy = (typeof REFUSED_WHYS)[number];

/** What came to an account's callback last. */
export interface CallbackState {
  readonly handshakeAt: Date | null;
  readonly pushAt: Date | null;
  readonly refusedAt: Date | null;
  readonly refusedWhy: RefusedWhy | null;
}

/** The messages since the last push, where they are so many and so old that receipts should have come. */
export interface CallbackRecord extends CallbackState {
  readonly unheardSince: Date | null;
  readonly unheardMessages: number | null;
}

/** What is wrong with an account's callback, and what to do about it. */
export interface CallbackFault extends Notice {
  readonly code: `callback_${RefusedWhy | 'silent' | 'stopped'}`;
}

const FAULTS: Readonly<Record<RefusedWhy, Pick<CallbackFault, 'zh' | 'en'>>> = {
  token: {
    zh: '收到的推送签名不符，已拒绝。请核对公众平台“服务器配置”里的令牌 (Token) 与这里的是否一致；若一直收不到推送，再核对 URL。任何人都可能发来这样的请求：推送正常时可以不管。',
    en: "A push came whose signature does not fit, and was refused. Compare the Token in WeChat's console with the one here; where no push comes at all, the URL too. Anybody can send such a request: while pushes arrive, it need not worry you.",
  },
  key: {
    zh: '推送签名正确，但无法解密，已拒绝。请把公众平台当前的消息加解密密钥 (EncodingAESKey) 填到这里。',
    en: "Pushes are signed well and cannot be decrypted, so they are refused. Set the EncodingAESKey here that WeChat's console shows now.",
  },
  appid: {
    zh: '推送属于另一个公众号 (appid)，已拒绝。请核对公众平台里的 URL：地址中的 appid 必须是该公众号自己的。',
    en: "Pushes are another account's, so they are refused. Look at the URL in WeChat's console: the appid in it must be the account's own.",
  },
  mode: {
    zh: '推送的加密方式与这里的设置不同，已拒绝。请让公众平台的消息加解密方式（明文、兼容、安全）与这里的 callbackMode 一致。',
    en: "Pushes come in another mode than is set here, so they are refused. Make the mode in WeChat's console (plain, compatible, safe) and callbackMode the same.",
  },
  stamp: {
    zh: '推送的时间戳与现在相差超过 15 分钟，已拒绝。请校准本机时钟，并确认中间的代理没有积压或重发旧请求；若推送正常，可能有人在重放旧签名，请更换令牌 (Token)。',
    en: 'A push was signed more than 15 minutes from now, and was refused. Set the clock of this machine right, and see that no proxy keeps requests back or repeats old ones; while other pushes arrive, somebody may be using an old signature: change the Token.',
  },
  replay: {
    zh: '同一个签名带来了四种以上不同的内容，已拒绝：有人在冒用看到过的签名。请改用安全模式，并更换令牌 (Token)。',
    en: 'One signature came with four different bodies or more, and was refused: somebody uses a signature that they have seen. Change to safe mode, and change the Token.',
  },
};

/** Undefined while we accept pushes: a push accepted after a refusal ends it. */
export function callbackFaultOf({
  pushAt,
  refusedAt,
  refusedWhy,
}: CallbackState): CallbackFault | undefined {
  if (refusedAt === null || refusedWhy === null) return undefined;
  if (pushAt !== null && pushAt >= refusedAt) return undefined;
  return { code: `callback_${refusedWhy}`, params: {}, ...FAULTS[refusedWhy] };
}

/** What is wrong when messages went out at `since` without a receipt: we refuse pushes, or none comes at all. */
export function unheardFaultOf(state: CallbackState, since: Date): CallbackFault | undefined {
  const refused = callbackFaultOf(state);
  if (refused !== undefined) return refused;
  if (state.pushAt !== null && state.pushAt >= since) return undefined;
  const at = since.toISOString();
  const asked = state.handshakeAt?.toISOString();
  return {
    code: 'callback_silent',
    params: { since: at, ...(asked !== undefined && { handshakeAt: asked }) },
    zh: `自 ${at} 起没有收到任何推送，因此不知道消息是否送达。请核对公众平台“服务器配置”：已启用、URL 是 /wechat/<appid>/callback 且能从公网访问、令牌 (Token) 与加解密方式和这里一致，并确认有 callback 角色的进程在运行。${asked === undefined ? '微信从未验证过这个地址。' : `微信最近一次验证地址是 ${asked}。`}`,
    en: `No push has come since ${at}, so nobody knows what was delivered. In WeChat's console see that the server configuration is switched on, that the URL is /wechat/<appid>/callback and can be reached from outside, and that Token and mode are as here; and that a process with the role callback runs. ${asked === undefined ? 'WeChat has never checked the address.' : `WeChat checked the address last at ${asked}.`}`,
  };
}

/** What is wrong when pushes came earlier and have stopped, while WeChat accepts messages. */
export function stoppedFaultOf(state: CallbackRecord): CallbackFault | undefined {
  const { unheardSince, unheardMessages: messages, pushAt } = state;
  if (unheardSince === null || messages === null) return undefined;
  if (pushAt === null) return unheardFaultOf(state, unheardSince);
  const refused = callbackFaultOf(state);
  if (refused !== undefined) return refused;
  const [since, from] = [pushAt.toISOString(), unheardSince.toISOString()];
  return {
    code: 'callback_stopped',
    params: { since, messages, unheardSince: from },
    zh: `自 ${since} 起没有再收到任何推送，而微信从 ${from} 起又接受了至少 ${messages} 条消息，因此不知道它们是否送达。之前的推送正常，请看有什么变了：公众平台“服务器配置”是否仍启用、URL 是否仍是 /wechat/<appid>/callback 且能从公网访问、令牌 (Token) 与加解密方式是否和这里一致，并确认有 callback 角色的进程在运行。`,
    en: `No push has come since ${since}, though WeChat took ${messages} messages or more from ${from} on, so nobody knows whether those were delivered. Pushes came before, so see what has changed: in WeChat's console whether the server configuration is still switched on, whether the URL is still /wechat/<appid>/callback and can be reached from outside, and whether Token and mode are as here; and that a process with the role callback runs.`,
  };
}
