import type { PipeTransform } from '@nestjs/common';
import { isUuid } from '../../http/id-cursor.js';
import { uploadNotFound } from './upload-not-found.js';

/** What is no UUID names no upload: the same answer as for one that is not there. */
export class UploadIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUuid(id)) throw uploadNotFound(id.slice(0, 64));
    return id.toLowerCase();
  }
}
