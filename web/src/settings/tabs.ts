import { may, type Me, type Permission } from '../api/me';

const TABS = [
  { name: 'members', needs: 'operator.manage' },
  { name: 'keys', needs: 'key.manage' },
  { name: 'audit', needs: 'audit.read' },
  { name: 'system', needs: 'system.read' },
] as const satisfies readonly { readonly name: string; readonly needs: Permission }[];

/** The tabs that somebody may see. */
export const tabsOf = (me: Me): readonly (typeof TABS)[number][] =>
  TABS.filter(({ needs }) => may(me, needs));
