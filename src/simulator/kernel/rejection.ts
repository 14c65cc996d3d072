/** Refuses a control call or an option. The message says what was expected. HTTP answers it with 400. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
}
