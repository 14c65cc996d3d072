/** A control call or option that makes no sense; the message says what was expected. Becomes a 400 over HTTP. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
}
