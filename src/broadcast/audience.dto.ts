import { Allow, IsArray, IsIn } from 'class-validator';

/** Everything that `audience.kind` may say; which of them can be sent to now, `BroadcastCheck` knows. */
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
  declare kind: 'all';
}

/** These openids. Each is checked by `checkOpenids`, which can say which of thousands are wrong. */
export class OpenidsAudienceDto extends AudienceDto {
  declare kind: 'openids';

  @IsArray()
  openids!: string[];
}

/** The kinds whose members are let in so that they get a better answer than "unknown property". */
export class LaterAudienceDto extends AudienceDto {
  declare kind: Exclude<AudienceKind, 'all' | 'openids'>;

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

export type AudienceRequest = AllAudienceDto | OpenidsAudienceDto | LaterAudienceDto;

/** How class-transformer finds the class of an audience. */
export const AUDIENCE_DISCRIMINATOR = {
  keepDiscriminatorProperty: true,
  discriminator: {
    property: 'kind',
    subTypes: [
      { value: AllAudienceDto, name: 'all' },
      { value: OpenidsAudienceDto, name: 'openids' },
      ...AUDIENCE_KINDS.slice(2).map((name) => ({ value: LaterAudienceDto, name })),
    ],
  },
};
