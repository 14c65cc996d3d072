import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { isMoving, type Upload, uploadQuery } from '../api/uploads';
import { moment } from '../format/times';
import { inLanguage } from '../locales/language';
import { useTitle } from '../shell/use-title';
import { Shown } from '../states/page-states';
import { WaitingFor } from '../states/waiting-for';
import { bytes } from './bytes';
import { DeleteUpload } from './delete-upload';
import { UploadCounts } from './upload-counts';
import { UploadErrors } from './upload-errors';
import { UploadReading } from './upload-reading';
import { UploadRows } from './upload-rows';
import { UploadTag } from './upload-tag';
import { useUploadNews } from './use-upload-news';
import { whyNot } from './why-not';
import './audiences.css';

/** One list: how it is read, how far it is, what cannot be used of it and why. */
export function UploadPage() {
  const { t } = useTranslation('audiences');
  const { id = '' } = useParams();
  const read = useQuery(uploadQuery(id));
  useTitle(read.data?.name ?? t('tabs.uploads'));
  useUploadNews(read.data?.appid);
  return (
    <div className="page">
      <Shown of={read}>{(upload) => <Opened upload={upload} />}</Shown>
    </div>
  );
}

function Opened({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation('audiences');
  const { pathname } = useLocation();
  const [deletes, setDeletes] = useState(false);
  const { act, busy, problem } = useImport(upload);
  const { import: canImport, delete: canDelete } = upload.can;
  const isDone = upload.state === 'importing' || upload.state === 'ready';
  const search = `?appid=${upload.appid}`;
  return (
    <>
      <div className="page-head">
        <div className="grow">
          <p>
            <Link to={{ pathname: '/audiences/uploads', search }}>{t('upload.back')}</Link>
          </p>
          <h1>{upload.name}</h1>
          <p className="num">
            {upload.fileName !== null && <>{upload.fileName} · </>}
            {bytes(upload.size)} · {moment(upload.createdAt)}
          </p>
        </div>
        <UploadTag upload={upload} />
        <div className="actions">
          {!isDone && (
            <Tooltip title={whyNot(canImport)}>
              <Button
                type="primary"
                loading={busy}
                disabled={!canImport.ok || upload.state === 'received'}
                onClick={() => void act()}
              >
                {t('upload.import')}
              </Button>
            </Tooltip>
          )}
          <Tooltip title={whyNot(canDelete)}>
            <Button disabled={!canDelete.ok} onClick={() => setDeletes(true)}>
              {t('upload.delete')}
            </Button>
          </Tooltip>
        </div>
      </div>
      <WaitingFor what={upload.waitingFor} />
      {problem && <Alert type="error" showIcon title={problem.words ?? problem.code} />}
      {upload.error && <Alert type="error" showIcon title={inLanguage(upload.error)} />}
      {upload.warnings.map((warning) => (
        <Alert
          key={`${warning.code} ${warning.zh}`}
          type="warning"
          showIcon
          title={inLanguage(warning)}
        />
      ))}
      {upload.purgedAt !== null && (
        <Alert type="info" showIcon title={t('upload.purged', { time: moment(upload.purgedAt) })} />
      )}
      {isDone && <UploadCounts upload={upload} />}
      {upload.purgedAt === null && (
        <>
          {upload.counts.failed + upload.counts.duplicates > 0 && <UploadErrors upload={upload} />}
          <UploadReading key={pathname} upload={upload} />
          {upload.state === 'ready' && upload.counts.usable > 0 && <UploadRows upload={upload} />}
        </>
      )}
      {deletes && <DeleteUpload upload={upload} onClose={() => setDeletes(false)} />}
      {isMoving(upload) && (
        <p className="visually-hidden" role="status">
          {t(`state.${upload.state}`)}
        </p>
      )}
    </>
  );
}

/** Has the rows imported, once however often it is asked; the page then tells how far that is. */
function useImport({ id }: Upload) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const act = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(api.POST('/v1/uploads/{id}/import', { params: { path: { id } } }));
      client.setQueryData(uploadQuery(id).queryKey, now);
    } catch (error) {
      setProblem(asProblem(error));
      void client.invalidateQueries(uploadQuery(id));
    }
    setBusy(false);
  };
  return { act, busy, problem };
}
