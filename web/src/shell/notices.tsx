import { Alert, Button } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { at } from '../format/times';
import { useNewVersion } from './new-version';

/** What concerns every page: no network, a newer console. */
export function Notices() {
  const { t } = useTranslation();
  const offlineSince = useOfflineSince();
  const isOld = useNewVersion();
  return (
    <div className="notices" role="status">
      {offlineSince !== undefined && (
        <Alert
          banner
          type="warning"
          title={t('states.offline', { time: at(offlineSince, 'clockSeconds') })}
        />
      )}
      {isOld && (
        <Alert
          banner
          type="info"
          title={t('states.newVersion')}
          action={
            <Button size="small" onClick={() => location.reload()}>
              {t('states.reload')}
            </Button>
          }
        />
      )}
    </div>
  );
}

function useOfflineSince(): Date | undefined {
  const online = useSyncExternalStore(
    (told) => {
      addEventListener('online', told);
      addEventListener('offline', told);
      return () => {
        removeEventListener('online', told);
        removeEventListener('offline', told);
      };
    },
    () => navigator.onLine,
  );
  const [since, setSince] = useState<Date>();
  useEffect(() => setSince(online ? undefined : new Date()), [online]);
  return since;
}
