import { ApiProperty } from '@nestjs/swagger';
import { Allow, IsArray, IsIn } from 'class-validator';

/** All values of `audience.kind`, planned ones included; `AVAILABLE_KINDS` has those that can be sent to now. */
const AUDIENCE_KINDS = [
  'all',
  'openids',
  'tags',
  'upload',
  'saved',
  'broadcast',
  'granted',
  'hasFormId',
] as const;
type AudienceKind = (typeof AUDIENCE_KINDS)[number];

/** What every audience has; a `kind` that nobody knows ends here and is refused. */
export class AudienceDto {
  @IsIn(AUDIENCE_KINDS)
  kind!: AudienceKind;
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

/** The kinds whose members are let in so that they get a better answer than "unknown property". */
export class LaterAudienceDto extends AudienceDto {
  declare kind: Exclude<AudienceKind, AvailableKind>;

  @Allow()
  any?: unknown;

  @Allow()
  all?: unknown;

  @Allow()
  none?: unknown;

  @Allow()
  uploadId?: unknown;

  @Allow()
  audienceId?: unknown;

  @Allow()
  broadcastId?: unknown;

  @Allow()
  states?: unknown;
}

export type AudienceRequest =
  AllAudienceDto | OpenidsAudienceDto | GrantedAudienceDto | FormIdAudienceDto | LaterAudienceDto;

const AVAILABLE = [
  { value: AllAudienceDto, name: 'all' },
  { value: OpenidsAudienceDto, name: 'openids' },
  { value: GrantedAudienceDto, name: 'granted' },
  { value: FormIdAudienceDto, name: 'hasFormId' },
] as const;
type AvailableKind = (typeof AVAILABLE)[number]['name'];
export const AVAILABLE_KINDS: readonly AudienceKind[] = AVAILABLE.map(({ name }) => name);

/** How class-transformer finds the class of an audience. */
export const AUDIENCE_DISCRIMINATOR = {
  keepDiscriminatorProperty: true,
  discriminator: {
    property: 'kind',
    subTypes: [
      ...AVAILABLE,
      ...AUDIENCE_KINDS.filter((kind) => !AVAILABLE_KINDS.includes(kind)).map((name) => ({
        value: LaterAudienceDto,
        name,
      })),
    ],
  },
};
