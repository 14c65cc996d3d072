import type { PretendWechat } from '../platform/pretend-wechat.js';
import { Rejection } from '../kernel/rejection.js';
import type { Call } from '../wire/call.js';
import { jsonReply, type Reply } from '../wire/reply.js';
import type { ControlEndpoint } from './control-endpoint.js';
import { eventEndpoints } from './event.endpoints.js';
import { permissionEndpoints } from './permission.endpoints.js';
import { recordEndpoints } from './record.endpoints.js';
import { sceneEndpoints } from './scene.endpoints.js';

const PREFIX = '/__';
const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** Serves `/__…`, by which tests control the simulator. Only this machine may call it, unless it is open. */
export class ControlApi {
  readonly #open: boolean;

  readonly #endpoints: readonly ControlEndpoint[];

  constructor(wechat: PretendWechat, open: boolean) {
    this.#open = open;
    this.#endpoints = [
      ...sceneEndpoints(wechat),
      ...permissionEndpoints(wechat),
      ...eventEndpoints(wechat),
      ...recordEndpoints(wechat),
    ];
  }

  matches(path: string): boolean {
    return path.startsWith(PREFIX);
  }

  async reply(call: Call): Promise<Reply> {
    if (!this.#open && !LOOPBACK.test(call.ip))
      return fault(403, 'control endpoints answer this machine only');
    const endpoint = this.#endpoints.find(
      ({ method, path }) => method === call.method && path === call.path,
    );
    if (!endpoint) return fault(404, `there are ${this.#list()}`);
    if (call.body !== '' && !call.fields) return fault(400, 'the body must be a JSON object');
    try {
      return jsonReply(JSON.stringify((await endpoint.answer(call)) ?? {}));
    } catch (error) {
      if (error instanceof Rejection) return fault(400, error.message);
      throw error;
    }
  }

  #list(): string {
    return this.#endpoints.map(({ method, path }) => `${method} ${path}`).join(', ');
  }
}

const fault = (status: number, error: string): Reply =>
  jsonReply(JSON.stringify({ error }), status);
