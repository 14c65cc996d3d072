import type { Caller } from '../access/caller.js';
import { NEEDS } from '../access/needs.decorator.js';
import { BroadcastController } from './broadcast.controller.js';
import { BroadcastVerbsController } from './control/broadcast-verbs.controller.js';
import { ACTIONS, type Action, type CanFacts, canOf, PERMISSION_FOR } from './progress/can.js';

const NOW = new Date('2026-11-30T12:00:00Z');
const LATER = new Date('2026-11-30T12:00:30Z');
const APPID = 'wx0000000000000001';

const caller = (role: 'viewer' | 'sender', appids: readonly string[] | null = null): Caller => ({
  kind: 'operator',
  id: 1,
  name: '王芳',
  grants: [{ appids, role }],
});
const facts = (more: Partial<CanFacts> = {}): CanFacts => ({
  appid: APPID,
  state: 'running',
  heldBy: [],
  undoUntil: null,
  archivedAt: null,
  isFrozen: false,
  ...more,
});
const allowed = (who: Caller, about: CanFacts): string[] =>
  Object.entries(canOf(who, about, NOW)).flatMap(([action, { ok }]) => (ok ? [action] : []));

describe('what somebody can do to a broadcast', () => {
  it.each<[Partial<CanFacts>, Action[]]>([
    [{ state: 'draft' }, ['start', 'cancel', 'delete', 'change']],
    [{ state: 'scheduled' }, ['start-now', 'unschedule', 'cancel', 'change']],
    [
      { state: 'scheduled', undoUntil: LATER },
      ['start-now', 'undo', 'unschedule', 'cancel', 'change'],
    ],
    [{ state: 'scheduled', undoUntil: NOW }, ['start-now', 'unschedule', 'cancel', 'change']],
    [{ state: 'scheduled', isFrozen: true }, ['start-now', 'cancel', 'change']],
    [{ isFrozen: true }, ['pause', 'cancel', 'change']],
    [{}, ['pause', 'cancel', 'change']],
    [{ heldBy: ['quota'] }, ['pause', 'cancel', 'change']],
    [{ heldBy: ['problem'] }, ['pause', 'resume', 'cancel', 'change']],
    [{ heldBy: ['operator'] }, ['resume', 'cancel', 'change']],
    [{ state: 'finished' }, ['archive']],
    [{ state: 'cancelled' }, ['archive']],
    [{ state: 'cancelled', archivedAt: NOW }, ['unarchive']],
  ])('what somebody can do to a broadcast depends on its state: %j', (about, actions) => {
    expect(allowed(caller('sender'), facts(about)).sort()).toEqual(actions.sort());
  });

  it('what somebody can do to a broadcast depends on their role on its account, and says which role it needs', () => {
    expect(allowed(caller('viewer'), facts())).toEqual([]);
    expect(allowed(caller('sender', ['wx0000000000000002']), facts())).toEqual([]);
    expect(canOf(caller('viewer'), facts(), NOW).pause).toMatchObject({
      ok: false,
      code: 'permission_required',
      zh: expect.stringContaining('发送、管理员') as string,
      en: expect.stringContaining('sender or admin') as string,
    });
  });

  it('what somebody can do to a broadcast asks for the permissions that the routes declare', () => {
    const handlers: Readonly<Record<Action, [object, string]>> = {
      start: [BroadcastVerbsController.prototype, 'start'],
      'start-now': [BroadcastVerbsController.prototype, 'startNow'],
      undo: [BroadcastVerbsController.prototype, 'undo'],
      unschedule: [BroadcastVerbsController.prototype, 'unschedule'],
      pause: [BroadcastVerbsController.prototype, 'pause'],
      resume: [BroadcastVerbsController.prototype, 'resume'],
      cancel: [BroadcastVerbsController.prototype, 'cancel'],
      archive: [BroadcastVerbsController.prototype, 'archive'],
      unarchive: [BroadcastVerbsController.prototype, 'unarchive'],
      delete: [BroadcastVerbsController.prototype, 'delete'],
      change: [BroadcastController.prototype, 'change'],
    };
    const declared = ACTIONS.map((action) => {
      const [controller, handler] = handlers[action];
      const method = (controller as Record<string, object>)[handler]!;
      return [action, (Reflect.getMetadata(NEEDS, method) as { permission: string }).permission];
    });
    expect(declared).toEqual(ACTIONS.map((action) => [action, PERMISSION_FOR[action]]));
  });
});
