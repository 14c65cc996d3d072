import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import { refused } from '../../dispatch/answer.js';
import { MINI_PROGRAM_ONLY, SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { BIZSEND_PATH, SUBSCRIBE_SEND_PATH } from '../../kernel/paths.js';
import { isReleasedPage } from './released-pages.js';
import { acceptGranted, readSubscriptionMessage } from './subscription-message.js';

/** Sends messages that people allowed: those of mini programs, and those of service accounts. */
export const subscribeEndpoints = (clock: SimulatedClock): readonly Endpoint[] => [
  {
    method: 'POST',
    path: SUBSCRIBE_SEND_PATH,
    kinds: MINI_PROGRAM_ONLY,
    sends: true,
    oneAtATime: true,
    answer: (call, account) => {
      const read = readSubscriptionMessage(call, account, clock, 'subscribe');
      if ('kind' in read) return read;
      if (!isReleasedPage(account.settings.miniProgram, call.fields?.['page']))
        return refused(41030);
      return acceptGranted(call, account, read);
    },
  },
  {
    method: 'POST',
    path: BIZSEND_PATH,
    kinds: SERVICE_ONLY,
    sends: true,
    answer: (call, account) => {
      const read = readSubscriptionMessage(call, account, clock, 'bizsend');
      return 'kind' in read ? read : acceptGranted(call, account, read);
    },
  },
];
