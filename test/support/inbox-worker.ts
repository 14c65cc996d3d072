// A worker that works until it is killed, for tests that kill it. Inbox jobs are found to be stalled after a second
// instead of half a minute; how often that may happen to one is left as the product has it.
import { readEnvironment } from '../../src/config/environment.js';
import { InboxProcessor } from '../../src/inbox/inbox.processor.js';
import { Service } from '../../src/service.js';

const [variables] = process.argv.slice(2);
if (variables === undefined) throw new Error('usage: inbox-worker.ts <environment as JSON>');

const options = Reflect.getMetadata('bullmq:worker_metadata', InboxProcessor) as object;
Object.assign(options, { lockDuration: 1_000, stalledInterval: 500 });

await Service.start(readEnvironment(JSON.parse(variables) as Record<string, string>));
