import { type InputHTMLAttributes, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A password that its owner may look at while typing; what is pasted is taken. */
export function PasswordInput(props: InputHTMLAttributes<HTMLInputElement>) {
  const { t } = useTranslation('session');
  const [shown, setShown] = useState(false);
  return (
    <span className="password-input">
      <input
        {...props}
        className="input"
        type={shown ? 'text' : 'password'}
        maxLength={512}
        autoCapitalize="none"
        spellCheck={false}
      />
      <button
        type="button"
        className="link-button"
        aria-controls={props.id}
        onClick={() => setShown(!shown)}
      >
        {shown ? t('hide') : t('show')}
      </button>
    </span>
  );
}
