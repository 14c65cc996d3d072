import type { PipeTransform } from '@nestjs/common';
import { broadcastNotFound } from './broadcast-not-found.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** What is no UUID names no broadcast: the same answer as for one that is not there. */
export class BroadcastIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUuid(id)) throw broadcastNotFound(id.slice(0, 64));
    return id.toLowerCase();
  }
}
