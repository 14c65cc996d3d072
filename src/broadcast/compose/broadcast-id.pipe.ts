import type { PipeTransform } from '@nestjs/common';
import { isUuid } from '../../http/id-cursor.js';
import { broadcastNotFound } from '../engine/record/not-found.js';

/** What is no UUID names no broadcast: the same answer as for one that is not there. */
export class BroadcastIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUuid(id)) throw broadcastNotFound(id.slice(0, 64));
    return id.toLowerCase();
  }
}
