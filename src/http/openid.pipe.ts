import { Injectable, type PipeTransform } from '@nestjs/common';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { type Openid, OPENID_PATTERN } from '../kernel/ids.js';

/** An openid in a path. */
@Injectable()
export class OpenidPipe implements PipeTransform<string, Openid> {
  transform(openid: string): Openid {
    if (OPENID_PATTERN.test(openid)) return openid;
    throw new DomainError(
      'invalid',
      'openid_invalid',
      both(
        'openid 由 1 至 64 个字母、数字、"_" 或 "-" 组成。',
        'an openid is 1 to 64 letters, digits, "_" or "-"',
      ),
    );
  }
}
