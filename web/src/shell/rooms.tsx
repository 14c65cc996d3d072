import {
  DashboardOutlined,
  FileTextOutlined,
  SearchOutlined,
  SendOutlined,
  SettingOutlined,
  TeamOutlined,
  WechatOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { may, type Me, type Permission } from '../api/me';
import type { PagePath } from '../pages';

export type RoomName =
  'overview' | 'broadcasts' | 'templates' | 'audiences' | 'recipients' | 'accounts' | 'settings';

export interface Room {
  readonly name: RoomName;
  readonly path: PagePath;
  readonly icon: ReactNode;
  readonly group: 'send' | 'find' | 'manage' | undefined;
  readonly needs: readonly Permission[];
  /** Whether a phone has it among its tabs. */
  readonly onPhone?: boolean;
}

const ROOMS: readonly Room[] = [
  {
    name: 'overview',
    path: '/',
    icon: <DashboardOutlined />,
    group: undefined,
    needs: ['broadcast.read'],
    onPhone: true,
  },
  {
    name: 'broadcasts',
    path: '/broadcasts',
    icon: <SendOutlined />,
    group: 'send',
    needs: ['broadcast.read'],
    onPhone: true,
  },
  {
    name: 'templates',
    path: '/templates',
    icon: <FileTextOutlined />,
    group: 'send',
    needs: ['template.read'],
  },
  {
    name: 'audiences',
    path: '/audiences',
    icon: <TeamOutlined />,
    group: 'send',
    needs: ['broadcast.read', 'follower.read'],
  },
  {
    name: 'recipients',
    path: '/recipients',
    icon: <SearchOutlined />,
    group: 'find',
    needs: ['person.look', 'openid.reveal', 'follower.read'],
    onPhone: true,
  },
  {
    name: 'accounts',
    path: '/accounts',
    icon: <WechatOutlined />,
    group: 'manage',
    needs: ['account.read'],
  },
  {
    name: 'settings',
    path: '/settings',
    icon: <SettingOutlined />,
    group: 'manage',
    needs: ['operator.manage', 'key.manage', 'audit.read', 'system.read'],
  },
];

/** The rooms that this person may enter, in the order of the menu. */
export const roomsOf = (me: Me): readonly Room[] =>
  ROOMS.filter(({ needs }) => needs.some((permission) => may(me, permission)));
