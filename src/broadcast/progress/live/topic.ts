/** What a topic is about, once it is known that the caller may hear of it. */
export interface Topic {
  readonly appid: string;
  readonly accountId: number;
  /** Undefined where the topic is the account itself. */
  readonly broadcastId?: string;
}
