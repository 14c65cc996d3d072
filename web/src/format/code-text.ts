/** A code as it was typed: in groups, or in full width by an input method. */
export const typedCode = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '');
