import { Injectable, type PipeTransform } from '@nestjs/common';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { isTagId } from './listed-tags.js';

/** A tag's id in a path: what is no number names no tag. */
@Injectable()
export class TagIdPipe implements PipeTransform<string, number> {
  transform(tagId: string): number {
    if (/^\d{1,10}$/.test(tagId) && isTagId(Number(tagId))) return Number(tagId);
    throw new DomainError(
      'not-found',
      'tag_not_found',
      both('标签 id 应为微信给的整数。', "a tag's id is the whole number that WeChat gave it"),
    );
  }
}
