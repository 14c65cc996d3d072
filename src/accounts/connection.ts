import type { TokenHealth } from './account-health.js';
import type { Notice } from '../kernel/warning.js';
import type { Account } from './account.js';
import type { CallbackFault, CallbackRecord } from './callback-state.js';

export const CONNECTION_STATES = ['unconfigured', 'unverified', 'connected', 'faulty'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** How an account stands with WeChat, in one word. */
export interface Connection extends Notice {
  readonly state: ConnectionState;
}

const WORDS: Readonly<Record<ConnectionState, Pick<Notice, 'zh' | 'en'>>> = {
  unconfigured: { zh: '未配置', en: 'Not set up' },
  unverified: { zh: '已配置未验证', en: 'Set up, not verified' },
  connected: { zh: '已连接', en: 'Connected' },
  faulty: { zh: '异常', en: 'Faulty' },
};

/** A token was had and a push was taken: both ways work. Somebody else's wrong signature is no fault while pushes come. */
export function connectionOf(
  account: Account & CallbackRecord,
  token: TokenHealth | null,
  callbackFault: CallbackFault | null,
): Connection {
  const isStrangers = callbackFault?.code === 'callback_token' && account.pushAt !== null;
  const state: ConnectionState =
    account.fault !== null || (callbackFault !== null && !isStrangers)
      ? 'faulty'
      : token !== null && account.pushAt !== null
        ? 'connected'
        : token !== null || account.handshakeAt !== null || account.pushAt !== null
          ? 'unverified'
          : 'unconfigured';
  return { state, code: state, params: {}, ...WORDS[state] };
}
