import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery, useMe } from '../api/me';

const WARN_MS = 5 * 60_000;

/** Five minutes before the session ends for want of use, and before it ends for good. */
export function SessionSoon() {
  const { t } = useTranslation('session');
  const { session } = useMe();
  const client = useQueryClient();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  if (session === null) return null;
  const left = Math.min(Date.parse(session.idleUntil), Date.parse(session.endsAt)) - now;
  if (left > WARN_MS || left <= 0) return null;
  return (
    <div className="session-soon">
      <Alert
        type="warning"
        showIcon
        title={t('ended.soon', { minutes: Math.max(1, Math.round(left / 60_000)) })}
        action={
          // The click itself is what keeps the session: the next request tells that somebody is here.
          <Button size="small" onClick={() => void client.invalidateQueries(meQuery)}>
            {t('ended.stay')}
          </Button>
        }
      />
    </div>
  );
}
