import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** A fault of ours in one page: the menu stays, and what is sent does not depend on it. */
export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      title={t('states.crashed')}
      action={
        <Button size="small" onClick={() => location.reload()}>
          {t('states.reload')}
        </Button>
      }
    />
  );
}
