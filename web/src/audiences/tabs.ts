import { may, type Me, type Permission } from '../api/me';

const TABS = [
  { name: 'uploads', needs: 'broadcast.read' },
  { name: 'tags', needs: 'follower.read' },
  { name: 'blacklist', needs: 'follower.sync' },
] as const satisfies readonly { readonly name: string; readonly needs: Permission }[];

/** The tabs that somebody may see. */
export const tabsOf = (me: Me): readonly (typeof TABS)[number][] =>
  TABS.filter(({ needs }) => may(me, needs));
