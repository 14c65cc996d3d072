import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';

/** A value that WeChat takes from a list only. */
export function SelectField({
  label,
  name,
  value,
  options,
  fault,
  onChange,
}: {
  readonly label: ReactNode;
  readonly name: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation('compose');
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        name={name}
        className="input"
        value={value}
        aria-invalid={fault !== undefined || undefined}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{t('content.pick')}</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
      {fault !== undefined && <span className="fault">{fault}</span>}
    </div>
  );
}

export const EmptyOr = ({
  isEmpty,
  text,
  children,
}: {
  readonly isEmpty: boolean;
  readonly text: string;
  readonly children: ReactNode;
}) => (isEmpty ? <p className="quiet">{text}</p> : children);
