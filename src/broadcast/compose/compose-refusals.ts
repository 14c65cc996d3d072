/** The codes (422) with which a message and its audience are refused, wherever one is made or changed. */
export const COMPOSE_CODES: readonly string[] = [
  'audience_empty',
  'audience_kind_not_available',
  'audience_not_for_account',
  'audience_not_for_channel',
  'audience_openids_too_many',
  'audience_source_not_found',
  'audience_too_large',
  'channel_not_for_account',
  'channel_retired',
  'content_mismatch',
  'fields_invalid',
  'not_available_yet',
  'not_for_channel',
  'tag_not_found',
  'template_not_for_channel',
  'template_not_found',
  'template_removed',
];

/** The codes (409) with which an audience is refused for what it is read from. */
export const AUDIENCE_CONFLICTS: readonly string[] = [
  'audience_broadcast_open',
  'audience_gone',
  'audience_purged',
  'followers_not_synced',
  'tags_not_synced',
  'tags_too_old',
  'upload_not_ready',
];

/** A message of the pretend WeChat that the guide starts, for examples of requests. */
export const EXAMPLE_MESSAGE = {
  appid: 'wx0123456789abcdef',
  templateId: 'd1lAN5Hf3IcOeNVp9j0TIKNc4Mh4cWuHYPcz-78dpWQ',
  fields: { thing1: '秋季公开课', time2: '2026年11月28日 19:30', thing3: '三号楼报告厅' },
};
export const EXAMPLE_OPENID = 'o-sItuA-ArK7CegaFDtOBFoR_421';
