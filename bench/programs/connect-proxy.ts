import { ConnectProxy } from '../../test/support/stores/connect-proxy.js';
import { answerRequests } from '../support/answer-requests.js';

/** A forward proxy in a process of its own, whose processor time is not counted. It answers with its address. */
let proxy: ConnectProxy | undefined;
answerRequests<object>(async () => {
  proxy ??= await ConnectProxy.start();
  return proxy.origin;
});
