import { Alert, Button } from 'antd';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { at } from '../format/times';
import { useNewVersion } from './new-version';

/** What concerns every page: no network, a newer console. */
export function Notices() {
  const { t } = useTranslation();
  const since = useOfflineSince();
  const isOld = useNewVersion();
  return (
    <div className="notices" role="status">
      {since !== undefined && (
        <Alert
          banner
          type="warning"
          title={t('states.offline', { time: at(since, 'clockSeconds') })}
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

let offlineSince: Date | undefined = navigator.onLine ? undefined : new Date();

function useOfflineSince(): Date | undefined {
  return useSyncExternalStore(
    (told) => {
      const lost = (): void => {
        offlineSince = new Date();
        told();
      };
      const back = (): void => {
        offlineSince = undefined;
        told();
      };
      addEventListener('offline', lost);
      addEventListener('online', back);
      return () => {
        removeEventListener('offline', lost);
        removeEventListener('online', back);
      };
    },
    () => offlineSince,
  );
}
