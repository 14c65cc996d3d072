import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { moment } from '../format/times';
import { Shown } from '../states/page-states';

/** Where one is logged in, and out of which one can be put. */
export function Devices() {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [busy, setBusy] = useState<string>();
  const read = useQuery({
    queryKey: ['sessions'],
    queryFn: () => answered(api.GET('/v1/sessions')),
  });
  const end = async (id: string | undefined): Promise<void> => {
    setBusy(id ?? 'others');
    await answered(
      id === undefined
        ? api.DELETE('/v1/sessions')
        : api.DELETE('/v1/sessions/{id}', { params: { path: { id } } }),
    ).catch(() => {});
    await client.invalidateQueries({ queryKey: ['sessions'] });
    setBusy(undefined);
  };
  return (
    <section className="card" aria-labelledby="devices-title">
      <header className="card-head">
        <h2 id="devices-title">{t('me.devices')}</h2>
        <Button size="small" loading={busy === 'others'} onClick={() => void end(undefined)}>
          {t('me.endOthers')}
        </Button>
      </header>
      <Shown of={read}>
        {({ items }) => (
          <ul className="devices">
            {items.map((session) => (
              <li key={session.id}>
                <div className="grow">
                  <p>
                    {programOf(session.userAgent)}{' '}
                    {session.current && <span className="label">{t('me.thisOne')}</span>}
                  </p>
                  <p className="quiet small num">
                    {session.ip} · {t('me.since', { time: moment(session.createdAt) })} ·{' '}
                    {t('me.lastSeen', { time: moment(session.lastSeenAt) })}
                  </p>
                </div>
                {!session.current && (
                  <Button
                    size="small"
                    loading={busy === session.id}
                    onClick={() => void end(session.id)}
                  >
                    {t('me.end')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </section>
  );
}

/** `Chrome · Windows`: enough to know one's own devices by. */
function programOf(agent: string | null): string {
  if (agent === null) return '—';
  const program = ['MicroMessenger', 'Edg', 'Firefox', 'Chrome', 'Safari'].find((name) =>
    agent.includes(name),
  );
  const system = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'].find((name) =>
    agent.includes(name),
  );
  const names: Readonly<Record<string, string>> = {
    MicroMessenger: 'WeChat',
    Edg: 'Edge',
    'Mac OS X': 'macOS',
  };
  const parts = [program, system].flatMap((part) =>
    part === undefined ? [] : [names[part] ?? part],
  );
  return parts.length === 0 ? agent.slice(0, 60) : parts.join(' · ');
}
