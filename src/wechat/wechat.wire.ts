/** Shapes on WeChat's wire, in its own spelling. Types only: the simulator shares them. */

/** `POST /cgi-bin/stable_token` */
export interface StableTokenRequest {
  grant_type: 'client_credential';
  appid: string;
  secret: string;
  force_refresh?: boolean;
}

/** Of both token endpoints; a success has no errcode. `expires_in` is in seconds, and what remains. */
export interface TokenAnswer {
  access_token: string;
  expires_in: number;
}

/** `GET /cgi-bin/user/get`. The page after the last has no `data`. */
export interface UserListAnswer {
  total: number;
  count: number;
  data?: { openid: string[] };
  next_openid: string;
}

/** `GET /cgi-bin/template/get_all_private_template` */
export interface PrivateTemplatesAnswer {
  template_list: PrivateTemplate[];
}

export interface PrivateTemplate {
  template_id: string;
  title: string;
  primary_industry: string;
  deputy_industry: string;
  /** `{{thing1.DATA}}` marks, separated by line ends. */
  content: string;
  example: string;
}

/** `POST /cgi-bin/message/template/send`. Unset members are left out: an empty object is not the same. */
export interface TemplateMessage {
  touser: string;
  template_id: string;
  url?: string;
  miniprogram?: { appid: string; pagepath: string };
  data: Record<string, { value: string }>;
  /** WeChat drops a second message of the same openid and id for ten minutes. */
  client_msg_id?: string;
}

/** A bare 64-bit number on the wire; text once the transport has read it. */
export interface TemplateMessageAnswer {
  errcode: number;
  errmsg: string;
  msgid: string;
}
