import type { Browser } from 'playwright-core';

/** The pages whose pictures are in docs/console.md; the live one opens the READMEs. */
export const DOC_PICTURES: readonly string[] = [
  'overview',
  'broadcasts',
  'live',
  'deliveries',
  'compose',
  'templates',
  'recipients',
  'accounts',
  'members',
  'audit',
  'system',
  'me',
];

/** From the root of the repository, where npm runs. */
export const docPictureOf = (page: string, language: 'zh-CN' | 'en'): string =>
  `docs/images/${page}.${language}.webp`;

/** The browser is the one program here that can write WebP: a third of the bytes of a PNG, text as sharp. */
export async function webpOf(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  const url = (await page.evaluate(AS_WEBP.replace('PNG', png.toString('base64')))) as string;
  await page.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** As text: it runs in the page, of which this program has no types. */
const AS_WEBP = `(async () => {
  const image = new Image();
  image.src = 'data:image/png;base64,PNG';
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.86 });
  return await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
})()`;
