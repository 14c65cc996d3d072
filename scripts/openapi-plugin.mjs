// Nest's OpenAPI plugin, whatever folder the project is in. It takes the place of a DTO from the text that the compiler
// prints for its type, and there every character outside ASCII is escaped: `import("/home/me/\u684C\u9762/…")`.
// Compiled under 桌面, the imports of the plugin led nowhere. Here that text says what the folder is called.
import { before as swaggerBefore } from '@nestjs/swagger/plugin';

export const before = (options, program) => swaggerBefore(options, plainSpoken(program));

/** The same program, in whose words paths are as the file system has them. */
function plainSpoken(program) {
  const checker = program.getTypeChecker();
  const plainChecker = override(checker, {
    typeToString: (...asked) => withoutEscapes(checker.typeToString(...asked)),
  });
  const { rootDir, outDir, ...settings } = program.getCompilerOptions();
  return override(program, {
    getTypeChecker: () => plainChecker,
    getCompilerOptions: () => ({ ...settings, rootDir: decoded(rootDir), outDir: decoded(outDir) }),
  });
}

const override = (target, methods) =>
  new Proxy(target, { get: (from, name) => methods[name] ?? Reflect.get(from, name) });

const withoutEscapes = (text) =>
  text.replaceAll(/(?<=import\()"(?:[^"\\]|\\.)*"/g, (path) => `"${JSON.parse(path)}"`);

/** The plugin takes `%20` in the path of a file for a space, so it must hear of its folders that way too. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
