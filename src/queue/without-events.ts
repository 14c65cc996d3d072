import type { Cluster, Redis } from 'ioredis';

/** How each script of BullMQ begins, and under which name it calls Redis from there on. */
const CALL = 'local rcall = redis.call';
const CALL_WITHOUT_STREAMS = `local function rcall(command, ...)
  if command ~= "XADD" and command ~= "XTRIM" then return redis.call(command, ...) end
end`;

/**
 * BullMQ tells each step of each job in a stream that nobody here reads: four entries for a message, an eighth of
 * what the message costs Redis. Its scripts are the same without them.
 */
export function withoutEvents(client: Redis | Cluster): void {
  const define = client.defineCommand.bind(client);
  client.defineCommand = (name, { lua, ...definition }) =>
    define(name, { ...definition, lua: lua.replace(CALL, CALL_WITHOUT_STREAMS) });
}
