import { useTranslation } from 'react-i18next';
import { NavLink, useSearchParams } from 'react-router';
import type { Me } from '../api/me';
import { type Room, roomsOf } from './rooms';

/** The rooms: grouped at the side, or the four that matter as tabs at a phone's foot. */
export function Menu({ me, phone }: { readonly me: Me; readonly phone?: boolean }) {
  const { t } = useTranslation();
  const rooms = roomsOf(me).filter(({ onPhone }) => !phone || onPhone);
  const groups = [undefined, 'send', 'find', 'manage'] as const;
  if (phone)
    return (
      <nav className="tabs-foot" aria-label={t('menu.label')}>
        {rooms.map((room) => (
          <RoomLink key={room.name} room={room} />
        ))}
      </nav>
    );
  return (
    <nav className="menu" aria-label={t('menu.label')}>
      {groups.map((group) => {
        const inside = rooms.filter((room) => room.group === group);
        if (inside.length === 0) return null;
        return (
          <section key={group ?? 'top'}>
            {group && <h2 className="menu-group">{t(`menu.${group}`)}</h2>}
            {inside.map((room) => (
              <RoomLink key={room.name} room={room} />
            ))}
          </section>
        );
      })}
    </nav>
  );
}

function RoomLink({ room }: { readonly room: Room }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const appid = search.get('appid');
  return (
    <NavLink
      className="menu-link"
      end={room.path === '/'}
      to={{ pathname: room.path, search: appid ? `?appid=${appid}` : '' }}
      title={t(`menu.${room.name}`)}
    >
      <span className="menu-icon" aria-hidden="true">
        {room.icon}
      </span>
      <span className="menu-word">{t(`menu.${room.name}`)}</span>
    </NavLink>
  );
}
