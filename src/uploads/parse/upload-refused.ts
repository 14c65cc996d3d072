import type { Params } from '../../kernel/bilingual.js';
import type { FileFaultCode } from './file-faults.js';

/** A fault of the file as a whole: nothing of it can be read as it is. */
export class UploadRefused extends Error {
  constructor(
    readonly code: FileFaultCode,
    readonly params: Params = {},
  ) {
    super(code);
    this.name = 'UploadRefused';
  }
}
