import { CloudUploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { useAttempt } from '../api/attempt';
import { asProblem, type Problem } from '../api/problem';
import { sendFile, uploadQuery } from '../api/uploads';
import { bytes, nameOfFile } from './bytes';

const ENDINGS = '.csv,.tsv,.txt,.xlsx,.ndjson,.jsonl';

interface Under {
  readonly file: File;
  readonly sent: number;
}

/** Where a file is dropped or chosen. It goes out at once, and the page of what arrived opens. */
export function DropZone({ appid }: { readonly appid: string }) {
  const { t } = useTranslation(['audiences', 'shell']);
  const navigate = useNavigate();
  const client = useQueryClient();
  const { search } = useLocation();
  const attempt = useAttempt();
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const [under, setUnder] = useState<Under>();
  const [failed, setFailed] = useState<{ readonly file: File; readonly problem: Problem }>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const send = async (file: File): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setFailed(undefined);
    setUnder({ file, sent: 0 });
    const name = nameOfFile(file.name) || t('drop.unnamed');
    try {
      const made = await attempt.ask([appid, name, file.size, file.lastModified], (key) =>
        sendFile({
          appid,
          name,
          file,
          key,
          signal: controller.signal,
          onProgress: (sent) => setUnder({ file, sent: Math.min(sent, file.size) }),
        }),
      );
      client.setQueryData(uploadQuery(made.id).queryKey, made);
      void client.invalidateQueries({ queryKey: ['uploads'] });
      void navigate({ pathname: `/audiences/uploads/${made.id}`, search });
    } catch (error) {
      if (!controller.signal.aborted) setFailed({ file, problem: asProblem(error) });
    }
    setUnder(undefined);
  };
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined && under === undefined) void send(file);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is one way: the field within is the other
    <section
      className="card drop"
      data-over={isOver || undefined}
      aria-label={t('drop.title')}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={dropped}
    >
      {under === undefined ? (
        <>
          <span className="drop-icon" aria-hidden="true">
            <CloudUploadOutlined />
          </span>
          <p>
            {t('drop.lead')}{' '}
            <label className="drop-choose" htmlFor={id}>
              {t('drop.choose')}
            </label>
            <input
              id={id}
              className="visually-hidden"
              type="file"
              accept={ENDINGS}
              onChange={({ currentTarget }) => {
                const [file] = currentTarget.files ?? [];
                if (file !== undefined) void send(file);
                // The same file may be chosen again once it is mended.
                currentTarget.value = '';
              }}
            />
          </p>
          <p className="quiet small">{t('drop.hint')}</p>
        </>
      ) : (
        <>
          <p>
            <strong>{under.file.name}</strong>{' '}
            <span className="quiet num">
              {bytes(under.sent)} / {bytes(under.file.size)}
            </span>
          </p>
          <progress
            aria-label={t('drop.sending')}
            value={under.sent}
            max={Math.max(1, under.file.size)}
          />
          <p className="row">
            <span className="quiet small">
              {t(under.sent < under.file.size ? 'drop.sending' : 'drop.storing')}
            </span>
            <Button size="small" onClick={() => stop.current?.abort()}>
              {t('shell:cancel')}
            </Button>
          </p>
        </>
      )}
      {failed !== undefined && (
        <Alert
          type="error"
          showIcon
          title={failed.problem.words ?? failed.problem.code}
          action={
            failed.problem.isOpen && (
              <Button size="small" onClick={() => void send(failed.file)}>
                {t('shell:states.retry')}
              </Button>
            )
          }
        />
      )}
    </section>
  );
}
