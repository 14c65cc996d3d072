import { ExclamationCircleOutlined, RightOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { components } from '../api/schema';
import { count } from '../format/numbers';

type Need = components['schemas']['NeedsYouView'];

/** Where one does something about it. */
const WAYS: Readonly<Record<Need['kind'], string>> = {
  paused: '/broadcasts?shown=paused',
  stale: '/broadcasts?shown=stale',
  account_fault: '/accounts',
  account_held: '/accounts',
};

/** What waits for a person, each with the way to it. Nothing shrinks to a line. */
export function NeedsYou({ items }: { readonly items: readonly Need[] }) {
  const { t } = useTranslation('overview');
  if (items.length === 0) return <p className="needs-none quiet">{t('needs.none')}</p>;
  return (
    <section className="card needs" aria-labelledby="needs-title">
      <header className="card-head">
        <h2 id="needs-title">{t('needs.title')}</h2>
      </header>
      <ul>
        {items.map((need) => (
          <li key={need.kind}>
            <Link to={WAYS[need.kind]} className="needs-row">
              <ExclamationCircleOutlined />
              <span className="grow">{t(`needs.${need.kind}`, { n: count(need.count) })}</span>
              <span className="needs-go">
                {t('needs.go')} <RightOutlined />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
