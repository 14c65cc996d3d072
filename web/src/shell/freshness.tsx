import { useTranslation } from 'react-i18next';
import { useStream } from '../api/events';
import { at } from '../format/times';
import { useOfflineSince } from './use-offline';

/** Whether the figures are of this moment, else since when they stand still. */
export function Freshness() {
  const { t } = useTranslation();
  const { live, heardAt } = useStream();
  const isOffline = useOfflineSince() !== undefined;
  // What stands above the page then says since when.
  if (live === undefined || isOffline) return null;
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
