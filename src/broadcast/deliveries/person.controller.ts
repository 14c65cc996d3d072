import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { PageQuery } from '../../http/cursor.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { OpenidPipe } from '../../http/openid.pipe.js';
import { Person } from './person.js';
import { type PersonView, toPersonView } from './person.dto.js';

@ApiTags('followers')
@Controller('v1/openids')
@Needs('person.look')
export class PersonController {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  /**
   * Looks a person up. Over the accounts on which the caller may: who follows what, suppressions, every delivery with
   * its meaning, and a sentence to read to the customer. Each look has an entry in the audit.
   */
  @Operation('lookPersonUp', { 400: ['cursor_invalid', 'openid_invalid'] })
  @Get(':openid')
  async look(
    @Param('openid', OpenidPipe) openid: string,
    @Query() { after, limit }: PageQuery,
  ): Promise<PersonView> {
    return toPersonView(openid, await this.#person.look(openid, after, limit));
  }
}
