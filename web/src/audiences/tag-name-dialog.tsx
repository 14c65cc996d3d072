import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { type Tag, tagsQuery } from '../api/tags';

/** As WeChat has it. */
const LONGEST = 30;

/** A new tag, or another name for one. */
export function TagNameDialog({
  appid,
  tag,
  onClose,
}: {
  readonly appid: string;
  readonly tag?: Tag;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('audiences');
  const { message } = App.useApp();
  const client = useQueryClient();
  const id = useId();
  const [name, setName] = useState(tag?.name ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const wanted = name.trim();
  const isGood = wanted !== '' && wanted.length <= LONGEST && wanted !== tag?.name;
  const save = async (): Promise<void> => {
    if (!isGood || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { name: wanted };
      if (tag === undefined)
        await answered(
          api.POST('/v1/accounts/{appid}/tags', { params: { path: { appid } }, body }),
        );
      else
        await answered(
          api.PATCH('/v1/accounts/{appid}/tags/{tagId}', {
            params: { path: { appid, tagId: tag.id } },
            body,
          }),
        );
      void client.invalidateQueries(tagsQuery(appid));
      void message.success(t(tag === undefined ? 'tags.created' : 'tags.renamed'));
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      // It may have been done all the same.
      void client.invalidateQueries(tagsQuery(appid));
    }
    setBusy(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save();
  };
  const fault = problem?.faultAt('name');
  return (
    <Modal
      open
      title={tag === undefined ? t('tags.create') : t('tags.renameTitle', { name: tag.name })}
      okText={t(tag === undefined ? 'tags.make' : 'tags.save')}
      okButtonProps={{ loading: busy, disabled: !isGood }}
      onOk={() => void save()}
      onCancel={onClose}
      width={420}
    >
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>{t('tags.name')}</label>
          <input
            id={id}
            className="input"
            autoComplete="off"
            value={name}
            maxLength={LONGEST}
            aria-invalid={fault !== undefined || undefined}
            aria-describedby={`${id}-note`}
            onChange={(event) => setName(event.target.value)}
          />
          <p id={`${id}-note`} className={fault === undefined ? 'hint' : 'fault'}>
            {fault ?? t('tags.nameHint', { n: wanted.length })}
          </p>
        </div>
        {problem && fault === undefined && (
          <Alert type="error" showIcon title={problem.words ?? problem.code} />
        )}
      </form>
    </Modal>
  );
}
