import { NoticeView } from '../../http/warning-view.js';

/** Why the last login that failed has failed. */
export class OidcFailureView extends NoticeView {
  readonly at!: Date;
  /** What the provider or the network said; empty where it said nothing. */
  readonly detail!: string;
}

/** How people come in by an identity provider. */
export class OidcStateView {
  readonly configured!: boolean;
  /** What the button says; null: "company account". */
  readonly name!: string | null;
  readonly issuer!: string | null;
  readonly clientId!: string | null;
  /** To be put on record at the provider. */
  readonly redirectUri!: string | null;
  /** Where its logout sends people back to; to be put on record as well. */
  readonly postLogoutRedirectUri!: string | null;
  readonly roleClaim!: string | null;
  readonly accountsClaim!: string | null;
  /** Whether logins by password are on. */
  readonly passwordLogin!: boolean;
  /** The last login that came through; null: none yet. */
  readonly succeededAt!: Date | null;
  readonly lastFailure!: OidcFailureView | null;
}
