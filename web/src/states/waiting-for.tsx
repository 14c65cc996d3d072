import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

/** Said where a job is waited for that nobody takes up: it does not come by waiting alone. */
export function WaitingFor({ what }: { readonly what: 'worker' | null | undefined }) {
  const { t } = useTranslation('states');
  if (what !== 'worker') return null;
  return <Alert type="warning" showIcon role="status" title={t('waitingForWorker')} />;
}
