import { both, type Bilingual } from './bilingual.js';

/** A fault that the person who starts the service has to mend; the message says what is wrong and how to mend it. */
export class StartFault extends Error {
  override readonly name: string = 'StartFault';

  constructor(message: Bilingual, options?: ErrorOptions) {
    super(message.toString(), options);
  }
}

/** One sentence in each language, after the words that say that it is about the start. */
export const cannotStart = (zh: string, en: string, options?: ErrorOptions): StartFault =>
  new StartFault(both(`无法启动，${zh}`, `Cannot start: ${en}`), options);
