import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { at } from '../format/times';
import { useNewVersion } from './new-version';
import { useOfflineSince } from './use-offline';

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
