import type { Notice } from '../../kernel/warning.js';
import type { Remedy } from '../../wechat/remedies.js';

/** Who has to act. */
export const TURNS = ['recipient', 'operator', 'wechat', 'developer'] as const;
export type Turn = (typeof TURNS)[number];

type Words = Pick<Notice, 'zh' | 'en'>;

/** Whose turn it is, what Weicast did by itself, and what is left to do. */
export interface ErrorWords {
  readonly turn: Turn;
  readonly did: Notice;
  readonly fix: Notice;
}

const NOTHING: Words = { zh: '不需要处理。', en: 'Nothing to do.' };
const TRIED_AGAIN: Words = {
  zh: '已自动重试。',
  en: 'It was tried again.',
};

export function errorWords(remedy: Remedy): ErrorWords {
  const { turn, did, fix } = WORDS[remedy];
  const code = remedy.replaceAll('-', '_');
  return {
    turn,
    did: { code: `did_${code}`, params: {}, ...did },
    fix: { code: fix === NOTHING ? 'nothing_to_do' : `fix_${code}`, params: {}, ...fix },
  };
}

/** A remedy without words does not compile. */
const WORDS: Readonly<
  Record<Remedy, { readonly turn: Turn; readonly did: Words; readonly fix: Words }>
> = {
  retry: { turn: 'wechat', did: TRIED_AGAIN, fix: NOTHING },
  'slow-down': {
    turn: 'wechat',
    did: { zh: '已自动降速，休息后继续。', en: 'It went slower, and on after a rest.' },
    fix: NOTHING,
  },
  'recipient-later': {
    turn: 'wechat',
    did: { zh: '过一段时间又发给了这个人。', en: 'The recipient was tried again later.' },
    fix: NOTHING,
  },
  'renew-token': {
    turn: 'wechat',
    did: { zh: '已换新的凭据并重发。', en: 'A new token was fetched, and it was sent again.' },
    fix: {
      zh: '如果反复出现，请找出也在刷新凭据的其他系统。',
      en: 'Where it comes again and again, find the other system that fetches tokens.',
    },
  },
  'wait-for-quota': {
    turn: 'wechat',
    did: {
      zh: '已停到额度恢复，然后自动继续。',
      en: 'It waited for new quota, and goes on by itself.',
    },
    fix: {
      zh: '需要更快时，在公众平台申请提高额度。',
      en: "Where that is too late, ask for a higher quota in WeChat's console.",
    },
  },
  pause: {
    turn: 'operator',
    did: { zh: '已暂停整个任务。', en: 'The whole broadcast was paused.' },
    fix: {
      zh: '按错误码的说明处理，然后点「继续发送」。',
      en: 'Mend what the errcode says, then resume.',
    },
  },
  refuse: {
    turn: 'recipient',
    did: {
      zh: '没有发给这些人，其余的照常发送。',
      en: 'These people got nothing; the others did.',
    },
    fix: {
      zh: '看错误码的说明；同一个人再发也会被拒绝。',
      en: 'See what the errcode says: sent again, it would be refused again.',
    },
  },
  duplicate: {
    turn: 'wechat',
    did: {
      zh: '微信已经有这条消息，没有重复发送。',
      en: 'WeChat had it already; nothing was sent twice.',
    },
    fix: NOTHING,
  },
  'in-review': {
    turn: 'wechat',
    did: { zh: '正在等微信审核的结果。', en: "WeChat's review is awaited." },
    fix: {
      zh: '请不要补发：通过后由微信发出。',
      en: 'Do not resend: WeChat sends it if it passes.',
    },
  },
  'our-bug': {
    turn: 'developer',
    did: { zh: '已暂停，避免继续出错。', en: 'It was paused, so that it goes no further wrong.' },
    fix: { zh: '把 rid 发给开发者。', en: 'Give the rid to the developers.' },
  },
};
