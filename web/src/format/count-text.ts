/** What somebody has typed as a number: pasted, with separators, in full width. Undefined where it is none. */
export function typedCount(text: string): number | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[\s,，_]/g, '');
  return /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
}
