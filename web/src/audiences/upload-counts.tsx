import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Upload } from '../api/uploads';
import { count } from '../format/numbers';

/** What became of the rows: the figures add up to those that were read. */
export function UploadCounts({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation('audiences');
  const { rows, usable, failed, duplicates, followers, strangers } = upload.counts;
  const isUnderWay = upload.state === 'importing';
  const figures = [
    ['rows', rows],
    ['usable', usable],
    ['failed', failed],
    ['duplicates', duplicates],
  ] as const;
  return (
    <section className="card" aria-label={t('counts.title')}>
      <dl className="card-body upload-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`counts.${name}`)}</dt>
            <dd className="num">{count(value)}</dd>
          </div>
        ))}
      </dl>
      {isUnderWay && (
        <div className="card-foot">
          <progress aria-label={t('state.importing')} />
          <p className="quiet small">{t('counts.underWay')}</p>
        </div>
      )}
      {!isUnderWay && usable > 0 && (
        <p className="card-foot secondary">
          {followers === null || strangers === null
            ? t('counts.neverRead')
            : strangers === 0
              ? t('counts.allFollow')
              : t('counts.follow', {
                  followers: count(followers),
                  strangers: count(strangers),
                })}{' '}
          {followers === null && (
            <Link to={`/accounts/${upload.appid}`}>{t('counts.toAccount')}</Link>
          )}
        </p>
      )}
    </section>
  );
}
