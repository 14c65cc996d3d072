import { type Bilingual, both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** Why a session is over. Each is the code of a 401, so that a page knows what to say to its person. */
export const SESSION_ENDS = [
  'session_expired',
  'session_ended',
  'password_changed',
  'disabled',
] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

const WORDS: Readonly<Record<SessionEnd, Bilingual>> = {
  session_expired: both(
    '登录已过期，请重新登录。',
    'The session is over, as nothing came by it for long: log in again.',
  ),
  session_ended: both(
    '这次登录已被退出，请重新登录。',
    'The session has been ended: log in again.',
  ),
  password_changed: both(
    '密码已修改，请用新密码登录。',
    'The password has been changed: log in with the new one.',
  ),
  disabled: both('该成员已停用，请联系管理员。', 'This operator has been disabled: ask an admin.'),
};

export const sessionOver = (end: SessionEnd): DomainError =>
  new DomainError('unauthenticated', end, WORDS[end]);
