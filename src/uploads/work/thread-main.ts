import { parentPort, workerData } from 'node:worker_threads';
import { keptRow } from '../parse/error-row.js';
import { pagesOf } from '../parse/pages.js';
import { previewOf } from '../parse/reading.js';
import { UploadRefused } from '../parse/upload-refused.js';
import { SourceAway } from '../parse/xlsx/archive.js';
import { KeptBytes } from './kept-bytes.js';
import {
  type Asked,
  type FromThread,
  type Outcome,
  type Reply,
  storedPage,
  type Task,
} from './thread-messages.js';

/** The thread in which files are read: it has no database, and asks whoever started it. */
const port = parentPort;
if (port === null) throw new Error('this file is a thread of the service, not a program');

const waiting = new Map<number, { ok: (value: unknown) => void; no: (error: Error) => void }>();
let last = 0;

port.on('message', ({ no, value, failed }: Reply) => {
  const asked = waiting.get(no);
  waiting.delete(no);
  if (failed) asked?.no(new SourceAway('what was asked for could not be had'));
  else asked?.ok(value);
});

const tell = (message: FromThread): void => port.postMessage(message);

function ask<Name extends keyof Asked>(
  name: Name,
  ...args: Parameters<Asked[Name]>
): ReturnType<Asked[Name]> {
  const no = (last += 1);
  const answer = new Promise((ok, failed) => waiting.set(no, { ok, no: failed }));
  tell({ asked: { no, name, args } } as FromThread);
  return answer as ReturnType<Asked[Name]>;
}

async function work(task: Task): Promise<Outcome> {
  const source = new KeptBytes(task.size, (offset, length) => ask('read', offset, length));
  if (task.kind === 'preview') {
    const { manner, columns, rows, problem } = await previewOf(source, task.told);
    return {
      found: { manner, columns, rows },
      ...(problem && { problem: { code: problem.code, params: problem.params } }),
    };
  }
  for await (const draft of pagesOf(source, task.reading, task)) {
    const page = draft.settled(await ask('known', draft.openids));
    await ask('store', storedPage(page, page.failed.map(keptRow).join('')));
  }
  return { imported: true };
}

try {
  tell({ outcome: await work(workerData as Task) });
} catch (error) {
  if (!(error instanceof UploadRefused)) throw error;
  tell({ outcome: { refused: { code: error.code, params: error.params } } });
}
port.close();
