import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { Upload } from '../api/uploads';
import { count } from '../format/numbers';

/** Removes a list with all that was read of it, once somebody has seen which. */
export function DeleteUpload({
  upload,
  onClose,
}: {
  readonly upload: Upload;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('audiences');
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { id, appid, name, counts } = upload;
  const remove = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await answered(api.DELETE('/v1/uploads/{id}', { params: { path: { id } } }));
      // What was read before still has it: the page of all lists reads them anew.
      client.removeQueries({ queryKey: ['uploads'] });
      void message.success(t('upload.deleted', { name }));
      void navigate({ pathname: '/audiences/uploads', search: `?appid=${appid}` });
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('upload.deleteTitle', { name })}
      okText={t('upload.delete')}
      okButtonProps={{ danger: true, loading: busy }}
      cancelText={t('upload.keep')}
      onOk={() => void remove()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{t('upload.deleteLead', { n: count(counts.usable) })}</p>
        {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      </div>
    </Modal>
  );
}
