import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { moment } from '../format/times';

/** When its message was tried last, and whether it still is what was tried; nothing where it never was. */
export function LastTest({ broadcast: { test } }: { readonly broadcast: Broadcast }) {
  const { t } = useTranslation('compose');
  if (!test) return null;
  return (
    <p className={test.stale ? 'secondary' : 'quiet'}>
      {t(test.stale ? 'test.stale' : 'test.fresh', { time: moment(test.at) })}
    </p>
  );
}
