// A worker that works until it is killed, for tests that kill it, from the build: compiling the sources at each start
// costs more than the work. Inbox jobs are found to be stalled after a second instead of half a minute; how often that
// may happen to one is left as the product has it.
const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url));
const { readEnvironment } = await built('config/environment.js');
const { InboxProcessor } = await built('inbox/inbox.processor.js');
const { Service } = await built('service.js');

const options = Reflect.getMetadata('bullmq:worker_metadata', InboxProcessor);
Object.assign(options, { lockDuration: 1_000, stalledInterval: 500 });

await Service.start(readEnvironment(process.env));
