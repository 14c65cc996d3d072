import { Button } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Broadcast } from '../api/broadcasts';
import { formText } from '../format/form-text';
import { useVerb } from './use-verb';

const LONGEST = 500;

/** Why somebody has paused, said after it: a stop does not wait for words. */
export function HoldNote({
  broadcast,
  note,
}: {
  readonly broadcast: Broadcast;
  readonly note: string | undefined;
}) {
  const { t } = useTranslation('broadcast');
  const [isOpen, setOpen] = useState(false);
  const { act, busy, problem } = useVerb(broadcast, 'pause');
  const id = useId();
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const said = formText(new FormData(event.currentTarget), 'note').trim();
    if (said === '' || (await act({ note: said })) !== undefined) setOpen(false);
  };
  if (!isOpen)
    return (
      <button type="button" className="link-button" onClick={() => setOpen(true)}>
        {note === undefined ? t('note.add') : t('note.change')}
      </button>
    );
  return (
    <form className="hold-note" onSubmit={(event) => void save(event)}>
      <label className="visually-hidden" htmlFor={id}>
        {t('note.label')}
      </label>
      <input
        id={id}
        name="note"
        className="input"
        autoFocus
        maxLength={LONGEST}
        defaultValue={note}
        placeholder={t('note.hint')}
        autoComplete="off"
        dir="auto"
        onKeyDown={(event) => {
          // Enter within a syllable chooses its characters.
          if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
          if (event.key === 'Escape') setOpen(false);
        }}
      />
      <Button htmlType="submit" loading={busy}>
        {t('note.save')}
      </Button>
      {problem && (
        <p className="fault" role="alert">
          {problem.words ?? problem.code}
        </p>
      )}
    </form>
  );
}
