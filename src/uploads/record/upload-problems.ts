import { type Bilingual, both } from '../../kernel/bilingual.js';
import { FILE_FAULTS, type FileFaultCode, fileFaultWords } from '../parse/file-faults.js';
import type { Notice } from '../../kernel/warning.js';
import type { KeptProblem } from './upload.tables.js';

/** What may become of an upload beside faults of its file. */
const WORDS: Readonly<Record<string, () => Bilingual>> = {
  broken_off: () =>
    both(
      '上传中断，文件没有传完。请重新上传。',
      'The upload broke off before the file was whole. Send it again.',
    ),
  too_large: () => both('文件过大，没有接收。', 'The file is too large, and was not taken.'),
  out_of_memory: () =>
    both(
      '读取这个文件所需的内存过大。请分成几个文件，或另存为 CSV。',
      'Reading the file takes too much memory. Split it, or save it as CSV.',
    ),
  reading_failed: () =>
    both(
      '多次读取都没有完成。请查看服务日志，或换一个文件。',
      'Reading it has failed many times. Look into the log of the service, or send another file.',
    ),
};

/** The codes of all of them. */
export const UPLOAD_PROBLEMS: readonly string[] = [...FILE_FAULTS, ...Object.keys(WORDS)];

const isOfFile = (code: string): code is FileFaultCode =>
  (FILE_FAULTS as readonly string[]).includes(code);

function problemWords({ code, params }: KeptProblem): Bilingual {
  if (isOfFile(code)) return fileFaultWords(code, params);
  return (WORDS[code] ?? (() => both('无法使用。', 'It cannot be used.')))();
}

export function noticeOf(problem: KeptProblem): Notice {
  const { zh, en } = problemWords(problem);
  return { ...problem, zh, en };
}

/** Of openids that differ in case only: both are taken, as WeChat tells them apart. */
export const twinsNotice = ({ params }: KeptProblem): Notice => ({
  code: 'openids_differ_in_case',
  params,
  zh: `有 ${params['count'] ?? 0} 组 openid 只有大小写不同（如第 ${params['first'] ?? ''} 行和第 ${params['second'] ?? ''} 行），都已收下。请确认不是 Excel 改了大小写。`,
  en: `${params['count'] ?? 0} openids differ from another one in case only (as lines ${params['first'] ?? ''} and ${params['second'] ?? ''}). Both were taken: make sure that no program has changed their case.`,
});
