import './typescript-loader.js';

/** Jest's global teardown: the same module instance that started the stores stops them. */
export default async function globalTeardown() {
  const { stopStores } = await import('./stores/stores.ts');
  await stopStores();
}
