import { Cluster, type Redis } from 'ioredis';

/**
 * Lets commands that are given in one turn of the event loop leave in one write. A batch of messages that is settled
 * ends as many jobs at once, and each write, and each read at the other end, costs about as much as its command.
 */
export function gatherWrites(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on('+node', gatherWritesOf);
  else gatherWritesOf(client);
}

function gatherWritesOf(node: Redis): void {
  const send = node.sendCommand.bind(node);
  let gathering: Redis['stream'] | undefined;
  node.sendCommand = (...command) => {
    // There is none before the first connection.
    const stream = node.stream as Redis['stream'] | undefined;
    if (stream !== undefined && stream !== gathering) {
      gathering = stream;
      stream.cork();
      // Commands of one turn come from callbacks of promises, and this runs once those have all run.
      process.nextTick(() => {
        if (gathering === stream) gathering = undefined;
        stream.uncork();
      });
    }
    return send(...command);
  };
}
