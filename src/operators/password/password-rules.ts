import { type Bilingual, both } from '../../kernel/bilingual.js';

const SHORTEST_PASSWORD = 10;
const LONGEST_PASSWORD = 256;

/** What is tried first by everybody who guesses, once letters are small and what is no letter or digit is gone. */
const GUESSED =
  /^(?:(?:1q2w3e|qwerty|qazwsx|asdfgh|zxcvbn|password|passw0rd|admin|administrator|root|weixin|wechat|weicast|woaini|iloveyou|letmein|welcome|changeme|abc|a|aa|123|test|default)+[\d!@#]*|(?:1234567890|0123456789|123456789|12345678|987654321|0987654321|112233|123123|5201314|520|666|888|147258369)+)+$/;

/** Why a password is not taken, or undefined. Length says more than a mixture of signs: none is asked for. */
export function passwordFault(password: string, login: string): Bilingual | undefined {
  const normal = password.normalize('NFKC');
  const length = [...normal].length;
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
    return both(
      `密码应为 ${SHORTEST_PASSWORD} 至 ${LONGEST_PASSWORD} 个字符，现为 ${length} 个；几个词连起来最好记。`,
      `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters, this one has ${length}; several words in a row are easy to remember.`,
      { shortest: SHORTEST_PASSWORD, longest: LONGEST_PASSWORD, length },
    );
  }
  const plain = normal.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (new Set(normal).size < 5 || GUESSED.test(plain)) {
    return both(
      '这个密码人人都猜得到，请换一个。',
      'Everybody guesses this password first: choose another one.',
    );
  }
  const name = login.toLowerCase();
  if (plain.replaceAll(name.replace(/[^\p{L}\p{N}]/gu, '') || '\0', '').length < 6) {
    return both(
      '密码不能只是登录名加几个字符，请换一个。',
      'A password is more than the login with a few characters added: choose another one.',
    );
  }
  return undefined;
}
