import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lengthOf } from '../phone-card/card-rows';

/**
 * One value of a draft. While an input method composes, nothing is counted or saved: half a syllable is no value.
 * Limits are told while one types; what the service says of the value stands below.
 */
export function TextField({
  label,
  value,
  onChange,
  limit,
  hint,
  fault,
  lines,
  type = 'text',
  name,
  placeholder,
}: {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly limit?: number | null;
  readonly hint?: ReactNode;
  readonly fault?: string;
  readonly lines?: number;
  readonly type?: 'text' | 'url' | 'datetime-local' | 'time' | 'number';
  /** What a link to a fault leads to. */
  readonly name?: string;
  readonly placeholder?: string;
}) {
  const { t } = useTranslation('compose');
  const id = useId();
  const [text, setText] = useState(value);
  const composing = useRef(false);
  const own = useRef(value);
  // What somebody else saved is shown, unless this person is typing something newer.
  useEffect(() => {
    if (value !== own.current) {
      own.current = value;
      setText(value);
    }
  }, [value]);
  const take = (next: string): void => {
    own.current = next;
    onChange(next);
  };
  const length = lengthOf(text);
  const isLong = limit !== undefined && limit !== null && length > limit;
  const shared = {
    id,
    name,
    className: 'input',
    value: text,
    placeholder,
    'aria-invalid': isLong || fault !== undefined || undefined,
    'aria-describedby': `${id}-note`,
    onCompositionStart: () => {
      composing.current = true;
    },
    onCompositionEnd: (event: { currentTarget: { value: string } }) => {
      composing.current = false;
      take(event.currentTarget.value);
    },
    onChange: (event: { target: { value: string } }) => {
      setText(event.target.value);
      if (!composing.current) take(event.target.value);
    },
  };
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        <span>{label}</span>
        {limit !== undefined && limit !== null && (
          <span className="num small quiet" data-over={isLong || undefined}>
            {t('content.length', { n: length, limit })}
          </span>
        )}
      </label>
      {lines === undefined ? (
        <input
          {...shared}
          // A browser hides from the page what stands in a number's field and is none.
          {...(type === 'number' ? { type: 'text', inputMode: 'numeric' } : { type })}
          dir="auto"
          autoComplete="off"
        />
      ) : (
        <textarea {...shared} rows={lines} dir="auto" spellCheck={false} />
      )}
      <span id={`${id}-note`}>
        {fault !== undefined ? (
          <span className="fault">{fault}</span>
        ) : (
          hint !== undefined && <span className="hint">{hint}</span>
        )}
      </span>
    </div>
  );
}
