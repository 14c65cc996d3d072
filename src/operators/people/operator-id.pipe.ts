import type { PipeTransform } from '@nestjs/common';
import { operatorNotFound } from '../record/operator-refusals.js';

/** What cannot be the id of an operator is the id of none. What is no number has become NaN on the way. */
export class OperatorIdPipe implements PipeTransform<unknown, number> {
  transform(given: unknown): number {
    const text = String(given);
    if (!/^[1-9]\d{0,8}$/.test(text)) throw operatorNotFound(text.slice(0, 20));
    return Number(text);
  }
}
