/** Shapes on WeChat's wire, in its own spelling. Types only: the simulator may share them. */

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
