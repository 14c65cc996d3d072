import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { page, PageQuery } from '../http/cursor.js';
import { aboveId, numberedId } from '../http/id-cursor.js';
import { Operation } from '../http/openapi/operation.decorator.js';
import { ApiKeyIssuing } from './api-key-issuing.service.js';
import { keyNotFound } from './api-key-refusals.js';
import { toApiKeyView, toNewApiKeyView } from './api-key-views.js';
import {
  type ApiKeyPageView,
  type ApiKeyView,
  CreateApiKeyDto,
  type NewApiKeyView,
  RotateApiKeyDto,
} from './api-keys.dto.js';
import { Needs } from './needs.decorator.js';

@ApiTags('api keys')
@Controller('v1/api-keys')
@Needs('key.manage')
export class ApiKeysController {
  readonly #keys: ApiKeyIssuing;

  constructor(keys: ApiKeyIssuing) {
    this.#keys = keys;
  }

  /**
   * Makes a key for a program. The answer shows it, this once; it can do no more than whoever makes it. A key cannot
   * be changed, only rotated or revoked.
   */
  @Post()
  @Operation('createApiKey', {
    example: {
      name: 'shop',
      grants: [{ appids: ['wx0123456789abcdef'], role: 'sender' }],
      expiresAt: null,
    },
    403: ['grant_exceeds_yours'],
    409: ['api_key_name_taken'],
    422: ['account_not_found', 'expiry_passed'],
  })
  async create(
    @Body() { name, grants, expiresAt = null }: CreateApiKeyDto,
  ): Promise<NewApiKeyView> {
    return toNewApiKeyView(await this.#keys.create({ name, grants, expiresAt }));
  }

  /**
   * Lists the keys that are good, by their ids. Somebody who manages keys on some accounts sees those with rights on
   * no other.
   */
  @Get()
  @Operation('listApiKeys', { 400: ['cursor_invalid'] })
  async list(@Query() { after, limit }: PageQuery): Promise<ApiKeyPageView> {
    const rows = await this.#keys.list(aboveId(after), limit);
    const { items, next } = page(rows, limit, ({ id }) => String(id));
    return { items: items.map(toApiKeyView), next };
  }

  /** Shows one key. The text of a key is never shown again. */
  @Get(':id')
  @Operation('getApiKey', { 404: ['api_key_not_found'] })
  async show(@Param('id') id: string): Promise<ApiKeyView> {
    return toApiKeyView(await this.#keys.require(requiredId(id)));
  }

  /**
   * Gives a key a new text, with the same name and rights. The one from before stays good for `overlapSeconds`, so
   * that a program can be given the new one while it runs.
   */
  @Post(':id/rotate')
  @HttpCode(HttpStatus.OK)
  @Operation('rotateApiKey', {
    example: { overlapSeconds: 86_400 },
    403: ['grant_exceeds_yours'],
    404: ['api_key_not_found'],
    409: ['bootstrap_key_in_environment', 'rotation_under_way'],
  })
  async rotate(
    @Param('id') id: string,
    @Body() { overlapSeconds }: RotateApiKeyDto,
  ): Promise<NewApiKeyView> {
    return toNewApiKeyView(await this.#keys.rotate(requiredId(id), overlapSeconds));
  }

  /** Revokes a key. Every process refuses it within 10 seconds, and its open streams end. */
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Operation('revokeApiKey', {
    404: ['api_key_not_found'],
    409: ['bootstrap_key_in_environment'],
  })
  async revoke(@Param('id') id: string): Promise<void> {
    await this.#keys.revoke(requiredId(id));
  }
}

function requiredId(text: string): number {
  const id = numberedId(text);
  if (id === undefined) throw keyNotFound(text.slice(0, 64));
  return id;
}
