import { once } from 'node:events';
import { createServer } from 'node:net';
import { cannotStart } from '../kernel/start-fault.js';
import { holderOf } from './port-holder.js';

interface ListeningPlace {
  readonly port: number;
  readonly host: string;
}

/** Throws where we cannot listen at an address, before anything is made for a service that cannot start. */
export async function requireFreePort(place: ListeningPlace): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen({ ...place, exclusive: true }), 'listening');
  } catch (error) {
    throw await listeningFault(error, place);
  }
  await once(probe.close(), 'close');
}

/** Why we cannot listen there, for whoever starts us; any other error as it is. */
export async function listeningFault(error: unknown, place: ListeningPlace): Promise<unknown> {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const words = code === 'EADDRINUSE' ? await taken(place) : FAULTS[code]?.(place);
  return words === undefined ? error : cannotStart(...words, { cause: error });
}

type Words = readonly [zh: string, en: string];

async function taken({ port, host }: ListeningPlace): Promise<Words> {
  const holder = await holderOf(port);
  const where = holder?.folder === undefined ? '' : `, ${holder.folder}`;
  const who = holder && `${holder.program} (pid ${holder.pid}${where})`;
  return [
    `端口已被占用：PORT=${port}，HOST=${host}${who ? `，占用者 ${who}` : ''}。请结束该程序，或用 PORT 另选端口。`,
    `PORT ${port} on HOST ${host} is taken${who ? ` by ${who}` : ''}: ` +
      'end that program, or choose another port with PORT.',
  ];
}

const noSuchHost = ({ host }: ListeningPlace): Words => [
  `HOST=${host} 不是本机地址：127.0.0.1 只供本机访问，0.0.0.0 供所有网络访问。`,
  `HOST ${host} is no address of this machine: 127.0.0.1 is for this machine alone, 0.0.0.0 for all its networks.`,
];

const FAULTS: Readonly<Record<string, (place: ListeningPlace) => Words>> = {
  EACCES: ({ port }) => [
    `当前用户无权监听 PORT=${port}；请用 1024 以上的端口，由 nginx 转发。`,
    `PORT ${port} may not be listened on by this user: take one from 1024 on, and let nginx or the like stand before it.`,
  ],
  EADDRNOTAVAIL: noSuchHost,
  ENOTFOUND: noSuchHost,
  EAI_AGAIN: noSuchHost,
  EINVAL: noSuchHost,
};
