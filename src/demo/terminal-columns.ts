/** How many columns a text takes in a terminal. A Han character takes two. */
export const columnsOf = (text: string): number =>
  [...text].reduce((sum, char) => sum + (/[\p{Script=Han}，。：；（）]/u.test(char) ? 2 : 1), 0);
