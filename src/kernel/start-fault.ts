/** Something that whoever starts the service has to put right; its message says what and how. */
export class StartFault extends Error {
  override readonly name: string = 'StartFault';
}
