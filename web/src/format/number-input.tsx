import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from './numbers';
import { type Bounds, typedNumber } from './typed-number';

/** A field for a number, as one types it. What is none is told below, while one types. */
export function NumberInput({
  label,
  text,
  bounds,
  onChange,
  hint,
  fault,
  placeholder,
}: {
  readonly label: ReactNode;
  readonly text: string;
  readonly bounds: Bounds;
  readonly onChange: (text: string) => void;
  readonly hint?: ReactNode;
  /** What the service has said of it. */
  readonly fault?: string | undefined;
  readonly placeholder?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { fault: typed } = typedNumber(text, bounds);
  const wrong =
    typed === undefined
      ? fault
      : t(`number.${typed}`, { least: count(bounds.least), most: count(bounds.most) });
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input num"
        inputMode="numeric"
        autoComplete="off"
        value={text}
        placeholder={placeholder}
        aria-invalid={wrong !== undefined || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-note`} className={wrong === undefined ? 'hint' : 'fault'}>
        {wrong ?? hint}
      </p>
    </div>
  );
}
