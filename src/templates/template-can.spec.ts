import type { Caller } from '../access/caller.js';
import { templateCan } from './template-can.js';

const APPID = 'wx0000000000000001';
const REMOVED = new Date('2026-11-30T12:00:00Z');
const caller = (role: 'viewer' | 'editor' | 'sender'): Caller => ({
  kind: 'operator',
  id: 1,
  name: '王芳',
  grants: [{ appids: [APPID], role }],
});
const codesOf = (who: Caller, removedAt: Date | null): Record<string, string> =>
  Object.fromEntries(
    Object.entries(templateCan(who, APPID, { templateId: 't1', removedAt })).map(
      ([action, can]) => [action, can.ok ? 'ok' : can.code],
    ),
  );

describe('what somebody can do with a template', () => {
  it.each([
    ['sender', null, { compose: 'ok', test: 'ok', send: 'ok' }],
    ['editor', null, { compose: 'ok', test: 'permission_required', send: 'permission_required' }],
    [
      'sender',
      REMOVED,
      { compose: 'template_removed', test: 'template_removed', send: 'template_removed' },
    ],
  ] as const)(
    'what a %s can do with a template that was removed at %o',
    (role, removedAt, codes) => {
      expect(codesOf(caller(role), removedAt)).toEqual(codes);
    },
  );
});
