import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { typedCount } from './count-text';

/** The number of people, typed once more. What is no number is told: the button below stays off for it. */
export function TypedCount({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const isOdd = value.trim() !== '' && typedCount(value) === undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input num"
        inputMode="numeric"
        autoComplete="off"
        value={value}
        aria-invalid={isOdd || undefined}
        aria-describedby={isOdd ? `${id}-odd` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {isOdd && (
        <p id={`${id}-odd`} className="fault">
          {t('number.notCount')}
        </p>
      )}
    </div>
  );
}
