import { readAudience } from '../../audiences/define/read-audience.js';
import { DELIVERY_STATES } from '../engine/record/states.js';

const broadcastId = '01a232d8-76c9-7edf-a1ff-639962b85d0b';

it('an audience of an earlier broadcast may name every state that a delivery has', () => {
  const audience = { kind: 'broadcast', broadcastId, states: [...DELIVERY_STATES] };
  expect(readAudience(audience)).toEqual(audience);
});

it('an audience of an earlier broadcast may name no state that a delivery does not have', () => {
  expect(() => readAudience({ kind: 'broadcast', broadcastId, states: ['sent'] })).toThrow(
    'a state is one of',
  );
});
