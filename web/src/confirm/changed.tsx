import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import type { Difference } from './differences';

/** What is not as it was shown before: nothing was sent, and one looks again. */
export function Changed({ differences }: { readonly differences: readonly Difference[] }) {
  const { t } = useTranslation('confirm');
  const told = (value: Difference['from']): string =>
    value === undefined ? t('open') : typeof value === 'number' ? count(value) : moment(value);
  return (
    <Alert
      type="warning"
      showIcon
      title={differences.length === 0 ? t('expired') : t('changed')}
      description={
        differences.length > 0 && (
          <ul className="confirm-changes">
            {differences.map(({ what, from, to }) => (
              <li key={what}>
                {t(`what.${what}`)}
                {(from !== undefined || to !== undefined) && (
                  <>
                    {' '}
                    <del>{told(from)}</del> → <ins>{told(to)}</ins>
                  </>
                )}
              </li>
            ))}
          </ul>
        )
      }
    />
  );
}
