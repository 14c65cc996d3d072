import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Copies, also on a page over plain http, where browsers give no clipboard. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <button
      type="button"
      className="link-button copy-button"
      aria-label={label === undefined ? t('copy') : undefined}
      title={t('copy')}
      onClick={({ currentTarget }) => {
        void copy(text, currentTarget).then(setDone);
      }}
    >
      {done ? <CheckOutlined /> : <CopyOutlined />}
      {label !== undefined && <span>{done ? t('copied') : label}</span>}
      <span className="visually-hidden" role="status">
        {done ? t('copied') : ''}
      </span>
    </button>
  );
}

async function copy(text: string, button: HTMLElement): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Then by the old way.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  area.readOnly = true;
  // Beside the button: a dialog takes the focus, and with it what is selected, back from whatever stands outside.
  button.after(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  button.focus();
  return done;
}
