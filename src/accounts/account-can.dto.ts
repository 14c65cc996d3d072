import { CanView } from '../access/can-view.js';
import type { AccountAction } from './account-can.js';

/** What the caller can do to an account and by it now. Read it again when `account` comes on the stream. */
export class AccountCanView implements Record<AccountAction, CanView> {
  change!: CanView;
  delete!: CanView;
  hold!: CanView;
  lift!: CanView;
  check!: CanView;
  'sync-templates'!: CanView;
  'sync-followers'!: CanView;
  'refresh-quota'!: CanView;
  'clear-quota'!: CanView;
  compose!: CanView;
  test!: CanView;
  'invite-tester'!: CanView;
  send!: CanView;
}
