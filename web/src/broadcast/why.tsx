import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';

/** Every condition in its order, met ones too: what does not move has a reason that can be pointed at. */
export function Why({ broadcast }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('broadcast');
  const { id, shown } = broadcast;
  const [open, setOpen] = useState(false);
  const isAsked = ['running', 'waiting', 'paused', 'stale', 'scheduled'].includes(shown.state);
  const { data } = useQuery({
    queryKey: ['broadcast', id, 'why'],
    queryFn: () => answered(api.GET('/v1/broadcasts/{id}/why', { params: { path: { id } } })),
    enabled: isAsked,
    refetchInterval: 10_000,
  });
  if (!isAsked || data === undefined) return null;
  const unmet = data.gates.filter(({ ok }) => !ok).length;
  return (
    <details
      className="card why"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{t('why.title')}</strong>
        <span className={unmet > 0 ? 'why-open' : 'quiet'}>
          {unmet > 0
            ? t('why.some', { n: data.gates.length, open: unmet })
            : t('why.all', { n: data.gates.length })}
        </span>
      </summary>
      <ol className="why-list">
        {data.gates.map((gate) => (
          <li key={gate.gate} data-ok={gate.ok}>
            <span className="why-mark">
              {gate.ok ? <CheckOutlined /> : <CloseOutlined />}
              <span className="visually-hidden">{gate.ok ? t('why.ok') : t('why.no')}</span>
            </span>
            <span>
              {inLanguage(gate.fact)}
              {gate.liftsAt && (
                <span className="quiet"> · {t('why.until', { time: moment(gate.liftsAt) })}</span>
              )}
              {/* What holds it says by itself how it is resumed. */}
              {!gate.ok && gate.fix && gate.fix.code !== 'resume' && <> {inLanguage(gate.fix)}</>}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
