import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTitle } from '../shell/use-title';
import { Ways } from './ways';

/** Three ways to begin. */
export function Welcome() {
  const { t } = useTranslation('session');
  useTitle(t('first.title'));
  return (
    <div className="page">
      <div className="page-head">
        <div className="grow">
          <h1>{t('first.title')}</h1>
          <p>{t('first.lead')}</p>
        </div>
        <Link to="/">{t('first.later')}</Link>
      </div>
      <Ways />
    </div>
  );
}
