/** A count as people read it in either language: `1,234,567`. */
export const countText = (count: number): string => count.toLocaleString('en-US');
