/** `1.4 MB`, as file managers count. */
export const bytes = (size: number): string => {
  if (size < 1_000) return `${size} B`;
  const isSmall = size < 1_000_000;
  return `${(size / (isSmall ? 1_000 : 1_000_000)).toFixed(1)} ${isSmall ? 'kB' : 'MB'}`;
};

/** What the file is called, without its ending: a name for the list that somebody may change. */
export const nameOfFile = (file: string): string =>
  file
    .replace(/\.[A-Za-z0-9]{1,7}$/, '')
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .slice(0, 100);
