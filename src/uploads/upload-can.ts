import type { Caller } from '../access/caller.js';
import { type Can, canOf, type Doable, whyNotPermitted } from '../access/can.js';
import type { Notice } from '../kernel/warning.js';
import { noticeOf } from './record/upload-problems.js';
import type { UploadRow } from './record/upload.repository.js';

const VERBS = {
  change: {
    permission: 'broadcast.edit',
    zh: '修改名单的读取方式',
    en: 'change how a list is read',
  },
  import: { permission: 'broadcast.edit', zh: '导入名单', en: 'import a list' },
  delete: { permission: 'broadcast.edit', zh: '删除名单', en: 'delete a list' },
} as const satisfies Readonly<Record<string, Doable>>;

export type UploadVerb = keyof typeof VERBS;

type Why = (upload: UploadRow) => Notice | undefined;

const notice = (code: string, zh: string, en: string): Notice => ({ code, params: {}, zh, en });
const GONE = notice(
  'upload_gone',
  '文件已不在，请重新上传。',
  'The file is not kept any more: send it again.',
);
const IMPORTED = notice(
  'upload_imported',
  '名单已在导入或已导入完成。要换一种读法，请重新上传。',
  'The list is imported, or being imported. To have it read otherwise, send it again.',
);
const RECEIVING = notice('upload_receiving', '文件还在上传。', 'The file is still coming in.');

const isGone = ({ partsClearedAt, purgedAt }: UploadRow): boolean =>
  partsClearedAt !== null || purgedAt !== null;

const STANDS_IN_THE_WAY: Readonly<Record<UploadVerb, Why>> = {
  change: (upload) => {
    if (upload.state === 'receiving') return RECEIVING;
    if (upload.state === 'importing' || upload.state === 'ready') return IMPORTED;
    return isGone(upload) ? GONE : undefined;
  },
  import: (upload) => {
    if (upload.state === 'receiving') return RECEIVING;
    if (upload.problem !== null) return noticeOf(upload.problem);
    return isGone(upload) && upload.state !== 'ready' ? GONE : undefined;
  },
  delete: () => undefined,
};

export const whyNot = (verb: UploadVerb, upload: UploadRow): Notice | undefined =>
  STANDS_IN_THE_WAY[verb](upload);

/** What the caller can do with it now. */
export const uploadCan = (
  caller: Caller,
  appid: string,
  upload: UploadRow,
): Record<UploadVerb, Can> => {
  const of = (verb: UploadVerb): Can =>
    canOf(whyNotPermitted(caller, appid, VERBS[verb]) ?? whyNot(verb, upload));
  return { change: of('change'), import: of('import'), delete: of('delete') };
};
