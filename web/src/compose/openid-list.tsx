import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { count } from '../format/numbers';
import { openidLines } from '../format/openid-lines';
import { TextField } from './text-field';

/**
 * The people who are named one by one. The service keeps a list and answers how long it is, not who stands in it: a list
 * of before is told by its length, and what is typed here takes its place.
 */
export function OpenidList({
  text,
  saved,
  onChange,
}: {
  readonly text: string;
  /** How many there are on record, or about to be. */
  readonly saved: number;
  readonly onChange: (text: string) => void;
}) {
  const { t } = useTranslation('compose');
  const { openids, odd } = openidLines(text);
  const isAnother = saved > 0 && saved !== openids.length + odd.length;
  return (
    <div className="stack choice-body">
      {isAnother && <Alert type="info" showIcon title={t('audience.kept', { n: count(saved) })} />}
      <TextField
        label={<span className="visually-hidden">{t('audience.openids')}</span>}
        lines={8}
        value={text}
        hint={
          <span className="num">
            {t('audience.openidsHint')}
            {!isAnother && <> · {t('audience.openidsCount', { n: count(openids.length) })}</>}
          </span>
        }
        onChange={onChange}
      />
      {odd.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={odd.slice(0, 3).map(({ line, text: each }) => (
            <div key={`${line} ${each}`} dir="auto">
              {t('audience.odd', { line, text: each })}
            </div>
          ))}
          description={odd.length > 3 && t('audience.oddMore', { n: odd.length - 3 })}
          action={
            <Button size="small" onClick={() => onChange(openids.join('\n'))}>
              {t('audience.strip', { n: odd.length })}
            </Button>
          }
        />
      )}
    </div>
  );
}
