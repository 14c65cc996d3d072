/** What exactly a hold is about, within its reason: stable, for programs and for translations. */
export type HoldCode =
  // problem: what WeChat answered to one send
  | 'wechat_refused'
  | 'our_bug'
  | 'template_gone'
  // problem: what many answers have in common
  | 'unknown_code'
  | 'users_limited'
  | 'template_disputed'
  | 'token_storm'
  | 'wrong_account'
  | 'refusals'
  | 'blocks'
  // problem: of the audience
  | 'audience_gone'
  // canary
  | 'canary_waiting'
  | 'canary_failed'
  // restored
  | 'database_replaced';
