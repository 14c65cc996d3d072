import { ok, refused } from '../../dispatch/answer.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import type { Call } from '../../wire/call.js';

const LONGEST_SECONDS = 2_592_000;
const DEFAULT_SECONDS = 60;

/** qrcode/create makes a code with a scene, for a while or for good. */
export const sceneCodeEndpoint: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/qrcode/create',
  kinds: SERVICE_ONLY,
  answer: (call, { scenes }) => {
    if (!call.fields) return refused(47001);
    const scene = sceneIn(call);
    if (scene === undefined) return refused(40035);
    if (/LIMIT/.test(call.text('action_name'))) {
      const { ticket, url } = scenes.make(scene, undefined);
      return ok({ ticket, url });
    }
    const seconds = call.fields['expire_seconds'] ?? DEFAULT_SECONDS;
    if (typeof seconds !== 'number' || seconds < 1 || seconds > LONGEST_SECONDS)
      return refused(40035);
    const { ticket, url } = scenes.make(scene, seconds);
    return ok({ ticket, expire_seconds: seconds, url });
  },
};

/** As the action wants it, a number or a text of 1 to 64 characters. */
function sceneIn(call: Call): string | undefined {
  const { scene } = (call.fields?.['action_info'] ?? {}) as { scene?: Record<string, unknown> };
  const { scene_id: id, scene_str: text } = scene ?? {};
  switch (call.text('action_name')) {
    case 'QR_SCENE':
    case 'QR_LIMIT_SCENE':
      return Number.isSafeInteger(id) && Number(id) > 0 ? String(id) : undefined;
    case 'QR_STR_SCENE':
    case 'QR_LIMIT_STR_SCENE':
      return typeof text === 'string' && /^.{1,64}$/.test(text) ? text : undefined;
    default:
      return undefined;
  }
}
