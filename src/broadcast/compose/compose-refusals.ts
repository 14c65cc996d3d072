/** The codes (422) with which a message and its audience are refused, wherever one is made or changed. */
export const COMPOSE_CODES: readonly string[] = [
  'audience_empty',
  'audience_kind_not_available',
  'audience_not_for_account',
  'audience_not_for_channel',
  'channel_not_for_account',
  'channel_retired',
  'content_mismatch',
  'fields_invalid',
  'not_available_yet',
  'not_for_channel',
  'template_not_for_channel',
  'template_not_found',
  'template_removed',
];

/** A message of the pretend WeChat that the guide starts, for examples of requests. */
export const EXAMPLE_MESSAGE = {
  appid: 'wx0123456789abcdef',
  templateId: 'd1lAN5Hf3IcOeNVp9j0TIKNc4Mh4cWuHYPcz-78dpWQ',
  fields: { thing1: '秋季公开课', time2: '2026年11月28日 19:30', thing3: '三号楼报告厅' },
};
export const EXAMPLE_OPENID = 'o-sItuA-ArK7CegaFDtOBFoR_421';
