import { Worker } from 'node:worker_threads';
import { UploadRefused } from '../parse/upload-refused.js';
import type { FileFaultCode } from '../parse/file-faults.js';
import type { Asked, FromThread, Outcome, Question, Reply, Task } from './thread-messages.js';

/** A thread runs what was built; from the sources, that is the build beside them. */
const FILE = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/uploads/work/thread-main.js', import.meta.url)
  : new URL('./thread-main.js', import.meta.url);

/** Of a thread's own heap; what it needs more is refused, and the process lives on. */
const HEAP_MIB = 192;

/** The reading took more memory than a thread has. */
export class OutOfMemory extends Error {}

/**
 * Has a file read in a thread: neither requests nor sends wait for it. Rejects with what a question was answered with;
 * throws `UploadRefused` for a fault of the file.
 */
export function inThread(
  task: Task,
  answers: Asked,
  signal: AbortSignal,
): Promise<Exclude<Outcome, { refused: unknown }>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(FILE, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 32 },
      // A thread has no need of what the process was started with, such as a loader.
      execArgv: [],
    });
    let cause: unknown;
    let isOver = false;
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', stop);
      void thread.terminate().then(settle, settle);
    };
    const stop = (): void => end(() => reject(new Error('the service stops')));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    thread.on('message', (message: FromThread) => {
      if ('asked' in message) {
        void answer(message.asked, answers).then(
          (reply) => thread.postMessage(reply),
          (error: unknown) => {
            cause ??= error;
            thread.postMessage({ no: message.asked.no, failed: true } satisfies Reply);
          },
        );
        return;
      }
      const { outcome } = message;
      end(() => {
        if (!('refused' in outcome)) return resolve(outcome);
        const { code, params } = outcome.refused;
        reject(new UploadRefused(code as FileFaultCode, params));
      });
    });
    thread.on('error', (error: Error & { code?: string }) =>
      end(() =>
        reject(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? new OutOfMemory(error.message)
            : ((cause as Error | undefined) ?? error),
        ),
      ),
    );
    thread.on('exit', () => end(() => reject(new Error('the thread ended without an outcome'))));
  });
}

async function answer({ no, name, args }: Question, answers: Asked): Promise<Reply> {
  const ask = answers[name] as (...args: unknown[]) => Promise<unknown>;
  return { no, value: await ask.apply(answers, args) };
}
