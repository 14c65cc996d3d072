import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useChosenAccount } from '../api/accounts';
import { useMay } from '../api/me';

/** The way to a new broadcast of the chosen account; nothing for whoever may not make one. */
export function NewBroadcast() {
  const { t } = useTranslation('broadcasts');
  const [search] = useSearchParams();
  const mayEdit = useMay('broadcast.edit', useChosenAccount()?.appid);
  const appid = search.get('appid');
  if (!mayEdit) return null;
  return (
    <Link to={`/compose${appid === null ? '' : `?appid=${appid}`}`}>
      <Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>
        {t('create')}
      </Button>
    </Link>
  );
}
