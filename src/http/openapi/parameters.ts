/** What is said of a parameter wherever it occurs. */
interface ParameterWords {
  readonly description: string;
  readonly example: string;
}

/** By the name that it has in paths. */
const IN_PATHS: Readonly<Record<string, ParameterWords>> = {
  appid: {
    description: 'The account: WeChat’s appid, "wx" and 16 hex digits.',
    example: 'wx0123456789abcdef',
  },
  id: {
    description: 'The `id` that an earlier answer gave.',
    example: '01a1fec7-0f58-79ea-95b0-40ca167a7ee2',
  },
  openid: {
    description: 'A person, as WeChat calls them towards this account: letters, digits, - and _.',
    example: 'o-sItuA-ArK7CegaFDtOBFoR_421',
  },
  tagId: { description: 'WeChat’s id of a tag.', example: '100' },
  taggingId: {
    description: 'The `id` of a list of people to tag or untag, as the answer that took it gave.',
    example: '01a1fec7-0f58-79ea-95b0-40ca167a7ee2',
  },
  preflightId: {
    description: 'The `id` of a preflight, as the answer that began it gave.',
    example: '01a1fec7-0f58-79ea-95b0-40ca167a7ee2',
  },
  templateId: {
    description: 'WeChat’s id of a template.',
    example: 'd1lAN5Hf3IcOeNVp9j0TIKNc4Mh4cWuHYPcz-78dpWQ',
  },
};

/** By the name that it has as a header. */
const IN_HEADERS: Readonly<Record<string, ParameterWords>> = {
  'Idempotency-Key': {
    description:
      'Up to 128 printable characters of your choice. The same key with the same body answers with what the first ' +
      'call made, and makes nothing anew; with another body it is refused (422 `idempotency_key_reused`).',
    example: 'autumn-course-2026-11-28',
  },
  'Last-Event-ID': {
    description:
      'The `id` of the last event that was read; `0` tells everything from the beginning.',
    example: '0',
  },
  'If-Match': {
    description:
      'The `etag` that was read. Where somebody has changed it since, nothing is done (412).',
    example: '"4"',
  },
};

export const wordsOf = (place: string, name: string): ParameterWords | undefined =>
  place === 'path' ? IN_PATHS[name] : place === 'header' ? IN_HEADERS[name] : undefined;
