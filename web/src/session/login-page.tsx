import { useTranslation } from 'react-i18next';
import { useTitle } from '../shell/use-title';
import { Entrance } from './entrance';
import { LoginForm } from './login-form';

export function LoginPage() {
  const { t } = useTranslation('session');
  useTitle(t('title'));
  return (
    <Entrance
      title={t('title')}
      foot={
        <p className="quiet small">
          {t('lost')} <code className="nowrap">npm run operator -- reset</code>
        </p>
      }
    >
      <LoginForm />
    </Entrance>
  );
}
