import { queryOptions } from '@tanstack/react-query';
import { base } from './base';
import { answered, api } from './client';
import { askAgainIn } from './poll';
import { Problem, type ProblemBody } from './problem';
import type { components } from './schema';
import { endSession } from './session-end';

export type Upload = components['schemas']['UploadView'];
export type UploadChange = components['schemas']['ChangeUploadDto'];

/** Whether a worker, or its sender, is at it. */
export const isMoving = ({ state }: Pick<Upload, 'state'>): boolean =>
  state === 'receiving' || state === 'received' || state === 'importing';

export const uploadQuery = (id: string) =>
  queryOptions({
    queryKey: ['upload', id],
    queryFn: () => answered(api.GET('/v1/uploads/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) =>
      askAgainIn(state.data === undefined || isMoving(state.data), state.fetchFailureCount),
  });

/** The rows that failed, as a file: in the reader's language, with the mark by which Excel knows UTF-8. */
export function errorsFile(id: string, language: 'zh' | 'en'): string {
  const file = new URL(`v1/uploads/${id}/errors.csv`, base);
  file.search = new URLSearchParams({ bom: '1', lang: language }).toString();
  return file.href;
}

export interface Sending {
  readonly appid: string;
  readonly name: string;
  readonly file: File;
  /** The same for every try to send this file. */
  readonly key: string;
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** By an older way than `fetch`, which says nothing of how much has gone out. */
export function sendFile({ appid, name, file, key, onProgress, signal }: Sending): Promise<Upload> {
  const to = new URL('v1/uploads', base);
  to.search = new URLSearchParams({ appid, name }).toString();
  const form = new FormData();
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const unreachable = (): void =>
      reject(
        new Problem(0, {
          zh: '网络不通，或服务没有应答。',
          en: 'No network, or no answer from the service.',
        }),
      );
    request.open('POST', to);
    request.responseType = 'json';
    request.setRequestHeader('idempotency-key', key);
    request.setRequestHeader('x-weicast-active', '1');
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('load', () => {
      const { status } = request;
      if (status >= 200 && status < 300) return resolve(request.response as Upload);
      const problem = new Problem(status, (request.response ?? {}) as ProblemBody);
      if (status === 401) endSession(problem.code);
      return reject(problem);
    });
    request.addEventListener('error', unreachable);
    request.addEventListener('abort', unreachable);
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
