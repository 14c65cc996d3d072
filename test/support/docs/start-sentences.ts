import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const ROOT_CLASS = 'StartFault';

/**
 * What a start that is refused may say, read from the sources: the English of each `StartFault`, or, where these
 * come from elsewhere in the file, every sentence of that file. What varies is `…`.
 */
export function startSentences(): readonly (readonly [file: string, sentence: string])[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!spec)\.ts$/.test(name))
    .filter((name) => !name.startsWith('demo/') && !name.endsWith('/start-fault.ts'))
    .map((name) => `src/${name}`)
    .map((name) => ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest));
  const family = new Set([ROOT_CLASS, ...files.flatMap(heirsIn)]);
  return files.flatMap((file) =>
    sentencesOf(file, family).map((sentence) => [file.fileName, sentence] as const),
  );
}

/** Classes that extend it by themselves: deeper ones there are none. */
const heirsIn = (file: ts.SourceFile): string[] =>
  nodesOf(file)
    .filter(ts.isClassDeclaration)
    .filter(isHeir)
    .map(({ name }) => name?.text ?? '');

const isHeir = (node: ts.ClassDeclaration): boolean =>
  node.heritageClauses?.some(({ types }) =>
    types.some(({ expression }) => nameOf(expression) === ROOT_CLASS),
  ) ?? false;

function sentencesOf(file: ts.SourceFile, family: ReadonlySet<string>): string[] {
  const given = nodesOf(file).flatMap((node) => wordsGiven(node, family));
  if (given.length === 0) return [];
  const here = given.filter((words) => says(words, 1));
  return here.length === given.length
    ? here
    : [...here, ...englishIn(file).filter((text) => says(text, 3))];
}

/** The English of each such error, as far as it stands there. */
function wordsGiven(node: ts.Node, family: ReadonlySet<string>): string[] {
  if (ts.isClassDeclaration(node) && isHeir(node))
    return nodesOf(node)
      .filter(ts.isCallExpression)
      .filter(({ expression }) => expression.kind === ts.SyntaxKind.SuperKeyword)
      .map(({ arguments: [words] }) => englishOf(words));
  if (ts.isCallExpression(node) && nameOf(node.expression) === 'cannotStart')
    return [textOf(node.arguments[1])];
  if (!ts.isNewExpression(node) || !family.has(nameOf(node.expression))) return [];
  const words = node.arguments?.[0];
  // An heir that is given something else makes its own words, which are counted above.
  return nameOf(node.expression) === ROOT_CLASS || isBoth(words) ? [englishOf(words)] : [];
}

const isBoth = (node: ts.Node | undefined): node is ts.CallExpression =>
  node !== undefined && ts.isCallExpression(node) && nameOf(node.expression) === 'both';

const englishOf = (node: ts.Node | undefined): string =>
  isBoth(node) ? textOf(node.arguments[1]) : '';

/** Enough for somebody to look for. */
const says = (text: string, words: number): boolean =>
  (text.replace('Cannot start:', '').match(/[A-Za-z_]{3,}/g) ?? []).length >= words;

/** The second of what stands together in two languages: in a call of `both`, or in a pair that is handed to one. */
const englishIn = (file: ts.SourceFile): string[] =>
  nodesOf(file).flatMap((node) => {
    if (isBoth(node)) return [englishOf(node)];
    if (!ts.isArrayLiteralExpression(node) || node.elements.length !== 2) return [];
    const [zh, en] = node.elements;
    return /\p{Script=Han}/u.test(textOf(zh)) ? [textOf(en)] : [];
  });

function textOf(node: ts.Node | undefined): string {
  if (node === undefined) return '';
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return textOf(node.left) + textOf(node.right);
  return '';
}

const nameOf = (node: ts.Node): string => (ts.isIdentifier(node) ? node.text : '');

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  return children;
}

const nodesOf = (node: ts.Node): ts.Node[] => [node, ...childrenOf(node).flatMap(nodesOf)];
