import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Allow, IsArray, IsIn } from 'class-validator';

/** All values of `audience.kind`. */
const AUDIENCE_KINDS = [
  'all',
  'openids',
  'tags',
  'upload',
  'saved',
  'broadcast',
  'remaining',
  'union',
  'granted',
  'hasFormId',
] as const;
type Kind = (typeof AUDIENCE_KINDS)[number];

/** What every audience has; a `kind` that nobody knows ends here and is refused. */
export class AudienceDto {
  @IsIn(AUDIENCE_KINDS)
  kind!: Kind;

  /** Whoever is in any of these gets nothing: up to ten audiences of any kind. */
  @ApiProperty({
    type: 'array',
    maxItems: 10,
    items: { type: 'object', additionalProperties: true },
    required: false,
  })
  @Allow()
  exclude?: unknown;
}

/** Everyone who follows the account. */
export class AllAudienceDto extends AudienceDto {
  /** `all`. */
  declare kind: 'all';
}

/** These openids. Each is checked by `checkOpenids`, which can say which of thousands are wrong. */
export class OpenidsAudienceDto extends AudienceDto {
  /** `openids`. */
  declare kind: 'openids';

  /** As many as the largest body holds, about 330,000. */
  @IsArray()
  openids!: string[];
}

/** Everyone who holds a grant for the broadcast's template. Of the channels `subscribe` and `bizsend`. */
export class GrantedAudienceDto extends AudienceDto {
  /** `granted`. */
  declare kind: 'granted';
}

/** Everyone with a live form_id. Of the channel `wxopen-template`, which WeChat has retired. */
export class FormIdAudienceDto extends AudienceDto {
  /** `hasFormId`. */
  @ApiProperty({ enum: ['hasFormId'], deprecated: true })
  declare kind: 'hasFormId';
}

const TAGS: ApiPropertyOptions = {
  type: 'array',
  maxItems: 20,
  items: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  required: false,
};

/** Followers by their tags, as they were synced last. What is wrong is told by the path at which it stands. */
export class TagsAudienceDto extends AudienceDto {
  /** `tags`. */
  declare kind: 'tags';

  /** They have one of these, by id or name. */
  @ApiProperty(TAGS)
  @Allow()
  any?: unknown;

  /** They have all of these. */
  @ApiProperty(TAGS)
  @Allow()
  all?: unknown;

  /** They have none of these. */
  @ApiProperty(TAGS)
  @Allow()
  none?: unknown;

  /** Refused (`tags_too_old`) where one of the tags was synced longer ago. */
  @ApiProperty({ type: 'integer', minimum: 1, required: false })
  @Allow()
  maxAgeMinutes?: unknown;
}

const UUID = { type: 'string', format: 'uuid' } as const;

/** Those of an uploaded list. */
export class UploadAudienceDto extends AudienceDto {
  /** `upload`. */
  declare kind: 'upload';

  /** Of an upload that is `ready`. */
  @ApiProperty(UUID)
  @Allow()
  uploadId?: unknown;
}

/** Let in so that it gets a better answer than "unknown property": audiences cannot be saved yet. */
export class SavedAudienceDto extends AudienceDto {
  /** `saved`. */
  declare kind: 'saved';

  /** Of the saved audience. */
  @ApiProperty(UUID)
  @Allow()
  audienceId?: unknown;
}

const list = (type: 'string' | 'integer'): ApiPropertyOptions => ({
  type: 'array',
  maxItems: 50,
  items: { type },
  required: false,
});

/** Those whom an earlier broadcast went to, by what became of it. It has read its audience, or has ended. */
export class RecipientsAudienceDto extends AudienceDto {
  /** `broadcast`. */
  declare kind: 'broadcast';

  /** Of the earlier broadcast. */
  @ApiProperty(UUID)
  @Allow()
  broadcastId?: unknown;

  /** Only in these states; in any where it is left out. */
  @ApiProperty(list('string'))
  @Allow()
  states?: unknown;

  /** Of those who were skipped, only for these reasons. */
  @ApiProperty(list('string'))
  @Allow()
  reasons?: unknown;

  /** Only with these of WeChat's errcodes. */
  @ApiProperty(list('integer'))
  @Allow()
  errcodes?: unknown;
}

/** Those of the audience of a broadcast that has ended to whom nothing was sent, as it was cancelled before. */
export class RemainingAudienceDto extends AudienceDto {
  /** `remaining`. */
  declare kind: 'remaining';

  /** Of the broadcast that has ended. */
  @ApiProperty(UUID)
  @Allow()
  broadcastId?: unknown;
}

/** Everybody of any of these, once. */
export class UnionAudienceDto extends AudienceDto {
  /** `union`. */
  declare kind: 'union';

  /** Up to ten audiences. A value comes from the first of them in which it is not empty. */
  @ApiProperty({
    type: 'array',
    minItems: 1,
    maxItems: 10,
    items: { type: 'object', additionalProperties: true },
  })
  @Allow()
  of?: unknown;
}

export type AudienceRequest =
  | AllAudienceDto
  | OpenidsAudienceDto
  | GrantedAudienceDto
  | FormIdAudienceDto
  | TagsAudienceDto
  | UploadAudienceDto
  | SavedAudienceDto
  | RecipientsAudienceDto
  | RemainingAudienceDto
  | UnionAudienceDto;

export const AUDIENCES = [
  AllAudienceDto,
  OpenidsAudienceDto,
  TagsAudienceDto,
  UploadAudienceDto,
  RecipientsAudienceDto,
  RemainingAudienceDto,
  UnionAudienceDto,
  GrantedAudienceDto,
  FormIdAudienceDto,
];

/** How class-transformer finds the class of an audience. */
export const AUDIENCE_DISCRIMINATOR = {
  keepDiscriminatorProperty: true,
  discriminator: {
    property: 'kind',
    subTypes: [
      { value: AllAudienceDto, name: 'all' },
      { value: OpenidsAudienceDto, name: 'openids' },
      { value: TagsAudienceDto, name: 'tags' },
      { value: UploadAudienceDto, name: 'upload' },
      { value: SavedAudienceDto, name: 'saved' },
      { value: RecipientsAudienceDto, name: 'broadcast' },
      { value: RemainingAudienceDto, name: 'remaining' },
      { value: UnionAudienceDto, name: 'union' },
      { value: GrantedAudienceDto, name: 'granted' },
      { value: FormIdAudienceDto, name: 'hasFormId' },
    ],
  },
};
