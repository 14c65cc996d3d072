import { ConnectProxy } from '../../test/support/connect-proxy.js';
import { answerRequests } from '../support/talk.js';

/** A forward proxy in a process of its own, whose processor time counts for nobody. Asked, it says where it is. */
const proxy = await ConnectProxy.start();
answerRequests<object>(() => Promise.resolve(proxy.origin));
