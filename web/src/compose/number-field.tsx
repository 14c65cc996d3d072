import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { numberIn } from './number-text';
import { TextField } from './text-field';

const textOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

/** A count, as one types it. What is none is told at once, and is no count in the draft either: nothing starts by it. */
export function NumberField({
  label,
  name,
  value,
  fault,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: unknown;
  readonly fault: string | undefined;
  readonly placeholder?: string;
  readonly onChange: (value: number | string) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => textOf(value));
  useEffect(() => {
    setText((known) => (numberIn(known) === (value ?? '') ? known : textOf(value)));
  }, [value]);
  return (
    <TextField
      label={label}
      name={name}
      type="number"
      value={text}
      placeholder={placeholder}
      fault={typeof numberIn(text) === 'number' ? fault : t('number.notCount')}
      onChange={(next) => {
        setText(next);
        onChange(numberIn(next));
      }}
    />
  );
}
