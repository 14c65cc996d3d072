import { useTranslation } from 'react-i18next';
import { useStream } from '../api/events';
import { at } from '../format/times';

/** Whether the figures are of this moment, else since when they stand still. */
export function Freshness() {
  const { t } = useTranslation();
  const { live, heardAt } = useStream();
  if (live === undefined) return null;
  const time = at(heardAt, 'clockSeconds');
  return live ? (
    <span className="fresh">
      <i className="fresh-dot" aria-hidden="true" />
      {t('stream.live')} · {time}
    </span>
  ) : (
    <span className="stale" role="status">
      {t('stream.stale', { time })}
    </span>
  );
}
