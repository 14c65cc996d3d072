import { useId } from 'react';

/** What somebody has typed as a number: pasted, with separators, in full width. Undefined where it is none. */
export function typedCount(text: string): number | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[\s,，_]/g, '');
  return /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
}

export function TypedCount({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input num"
        inputMode="numeric"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
