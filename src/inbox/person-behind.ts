import { isInviteScene } from '../followers/testers/invite-scene.js';
import type { PushKind } from '../followers/testers/recent-pushes.js';
import { OPENID_PATTERN, type Openid } from '../kernel/ids.js';
import type { PushFields } from '../wechat-auth/push-fields.js';
import { textOf } from './subscription-items.js';

/** Somebody who did something at this moment, and what. */
export interface PersonBehind {
  readonly openid: Openid;
  readonly what: PushKind;
  /** They scanned a code by which we invite testers. */
  readonly invited: boolean;
}

const BY_EVENT: Readonly<Record<string, PushKind>> = {
  subscribe: 'follow',
  scan: 'scan',
  click: 'menu',
  view: 'menu',
};

/** Undefined for what WeChat tells by itself, such as a receipt or that somebody has left. */
export function personBehind(fields: PushFields): PersonBehind | undefined {
  const openid = textOf(fields['FromUserName']) ?? '';
  const type = textOf(fields['MsgType'])?.toLowerCase();
  if (type === undefined || !OPENID_PATTERN.test(openid)) return undefined;
  if (type !== 'event') return { openid, what: 'message', invited: false };
  const what = BY_EVENT[textOf(fields['Event'])?.toLowerCase() ?? ''];
  const invited =
    (what === 'follow' || what === 'scan') && isInviteScene(textOf(fields['EventKey']) ?? '');
  return what && { openid, what, invited };
}
