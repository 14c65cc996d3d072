import type { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

export interface FileStream {
  readonly bytes: AsyncIterable<Buffer>;
  readonly fileName: string | undefined;
  /** Throws where something else follows the file, or its form has no end. */
  readonly finished: Promise<void>;
}

/** The file of a request's body, as it comes: the body itself, or the one file of a form. */
export function fileStreamOf(request: IncomingMessage): Promise<FileStream> {
  const type = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(type)) return formFile(request);
  const finished = Promise.resolve();
  return Promise.resolve({ bytes: readFrom(request), fileName: undefined, finished });
}

/** Whoever reads no further has an answer to give: the connection is not theirs to destroy. */
const readFrom = (stream: Readable): AsyncIterable<Buffer> =>
  stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;

function formFile(request: IncomingMessage): Promise<FileStream> {
  return new Promise((resolve, reject) => {
    const form = formOf(request, reject);
    if (form === undefined) return;
    let current: Readable | undefined;
    const finished = new Promise<void>((ended, failed) => {
      const fail = (error: Error): void => {
        // A stream of the form does not end by itself where its source breaks off.
        current?.destroy(error);
        failed(error);
        reject(error);
      };
      form.on('file', (_field, bytes, name) => {
        bytes.on('error', () => {}); // whoever reads it hears of it
        if (current !== undefined) {
          bytes.resume();
          failed(new DomainError('invalid', 'form_with_two_files', twoFiles()));
          return;
        }
        current = bytes;
        resolve({ bytes: readFrom(bytes), fileName: fileNameOf(name), finished });
      });
      form.on('error', () => fail(brokenForm()));
      form.on('finish', () => {
        if (current === undefined) reject(noFile());
        ended();
      });
      request.on('close', () => {
        if (!request.complete) fail(new Error('the connection broke off'));
      });
      request.pipe(form);
    });
    finished.catch(() => {}); // heard of by who awaits it
  });
}

const fileNameOf = (name: string | undefined): string | undefined => {
  const shown = name
    ?.toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 255);
  return shown === '' ? undefined : shown;
};

function formOf(
  { headers }: IncomingMessage,
  reject: (error: Error) => void,
): BusboyInstance | undefined {
  try {
    const type = headers['content-type'] ?? '';
    return new Busboy({
      headers: { 'content-type': type },
      limits: { files: 2, fields: 20, fieldSize: 10_000, parts: 25, headerPairs: 20 },
    });
  } catch {
    reject(brokenForm());
    return undefined;
  }
}

const brokenForm = (): DomainError =>
  new DomainError(
    'invalid',
    'form_broken',
    both(
      '表单（multipart/form-data）不完整或格式有误，请重新上传。',
      'The form (multipart/form-data) is incomplete or broken: send it again.',
    ),
  );

const noFile = (): DomainError =>
  new DomainError(
    'invalid',
    'form_without_file',
    both('表单里没有文件，请添加一个文件字段。', 'The form has no file: add a field with one.'),
  );

const twoFiles = () =>
  both('一次只能上传一个文件。', 'The form has more than one file: send one at a time.');
