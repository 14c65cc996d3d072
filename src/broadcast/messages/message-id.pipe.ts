import type { PipeTransform } from '@nestjs/common';
import { isUuid } from '../../http/id-cursor.js';
import { messageNotFound } from '../engine/record/not-found.js';

/** What is no UUID names no message: the same answer as for one that is not there. */
export class MessageIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUuid(id)) throw messageNotFound(id.slice(0, 64));
    return id.toLowerCase();
  }
}
