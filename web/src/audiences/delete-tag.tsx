import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { type Tag, tagsQuery } from '../api/tags';
import { count } from '../format/numbers';

/** Takes a tag from everybody, at WeChat, once somebody has seen from how many. */
export function DeleteTag({
  appid,
  tag,
  onClose,
}: {
  readonly appid: string;
  readonly tag: Tag;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('audiences');
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const remove = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await answered(
        api.DELETE('/v1/accounts/{appid}/tags/{tagId}', {
          params: { path: { appid, tagId: tag.id } },
        }),
      );
      void message.success(t('tags.deleted', { name: tag.name }));
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    }
    void client.invalidateQueries(tagsQuery(appid));
    setBusy(false);
  };
  return (
    <Modal
      open
      title={t('tags.deleteTitle', { name: tag.name })}
      okText={t('tags.delete')}
      okButtonProps={{ danger: true, loading: busy }}
      cancelText={t('upload.keep')}
      onOk={() => void remove()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{t('tags.deleteLead', { n: count(tag.count) })}</p>
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
