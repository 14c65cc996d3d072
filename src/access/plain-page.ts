import { LOGIN_STYLE } from './login-page-style.js';

/** A page of one card, for browsers with scripts and without. */
export const plainPage = (title: string, main: string, head = ''): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}<title>${title} · Weicast 微播</title>
<style>${LOGIN_STYLE}</style>
</head>
<body>
<main>
<h1>Weicast 微播</h1>
${main}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
