import { ConnectProxy } from '../../test/support/connect-proxy.js';
import { answerRequests } from '../support/talk.js';

/** A forward proxy in a process of its own, whose processor time counts for nobody. Asked, it says where it is. */
let proxy: ConnectProxy | undefined;
answerRequests<object>(async () => {
  proxy ??= await ConnectProxy.start();
  return proxy.origin;
});
