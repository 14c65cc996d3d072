import { ExclamationCircleOutlined, RightOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { components } from '../api/schema';
import { count } from '../format/numbers';

type Need = components['schemas']['OverviewView']['needsYou'][number];

/** What waits for a person, each with the way to it. Nothing shrinks to a line. */
export function NeedsYou({ items }: { readonly items: readonly Need[] }) {
  const { t, i18n } = useTranslation('overview');
  if (items.length === 0) return <p className="needs-none quiet">{t('needs.none')}</p>;
  const words = (need: Need): string => {
    const key = `needs.${need.kind}`;
    return i18n.exists(key, { ns: 'overview' })
      ? t(key as 'needs.other', { n: count(need.count), kind: need.kind })
      : t('needs.other', { n: count(need.count), kind: need.kind });
  };
  return (
    <section className="card needs" aria-labelledby="needs-title">
      <header className="card-head">
        <h2 id="needs-title">
          {t('needs.title')} <span className="num">{items.length}</span>
        </h2>
      </header>
      <ul>
        {items.map((need) => (
          <li key={need.kind}>
            <Link to={need.target} className="needs-row">
              <ExclamationCircleOutlined />
              <span className="grow">{words(need)}</span>
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
