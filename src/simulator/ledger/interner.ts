/** Gives each distinct text a small number from 1 on. The number 0 means no text. */
export class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [''];

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  text(number: number): string {
    return this.#texts[number] ?? '';
  }
}
