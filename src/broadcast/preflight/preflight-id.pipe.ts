import type { PipeTransform } from '@nestjs/common';
import { isUuid } from '../../http/id-cursor.js';
import { preflightNotFound } from './preflight-not-found.js';

/** What is no UUID names no preflight: the same answer as for one that is not there. */
export class PreflightIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUuid(id)) throw preflightNotFound(id.slice(0, 64));
    return id.toLowerCase();
  }
}
