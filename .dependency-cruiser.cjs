// The house of modules: who may import whom. Checked by `npm run check`.

/**
 * From the ground up, one line a floor. A module may import from every floor below its own; modules on one floor
 * do not know each other.
 */
const floors = [
  ['kernel'],
  ['config'],
  ['database', 'redis', 'queue', 'http', 'wechat', 'metrics'],
  ['access'],
  ['accounts'],
  ['token'],
  ['templates', 'followers', 'pacing', 'wechat-auth'],
  ['mini-program'],
  ['audiences', 'channels'],
  ['broadcast/engine'],
  ['broadcast'],
  ['inbox', 'alerts', 'overview', 'dashboard', 'console', 'health'],
];

/**
 * Arrows between neighbours, by a decision: BullMQ runs on Redis or in our database (docs/decisions/0008), and WeChat
 * is called through the same tunnels as everybody (docs/decisions/0023).
 */
const neighbours = { queue: ['redis', 'database'], wechat: ['http'] };

/** Roles that stay inside their module; a neighbour gets its services, its module class and its pure files. */
const privateRoles = '[.](repository|tables|processor|controller|dto|store)[.]ts$';

/** What lists the controllers and processors of a role. */
const mounting = '^src/(api|worker)[.]module[.]ts$';

/** Specs may look anywhere. Paths are relative to the project. */
const specs = '[.]spec[.]ts$';

const folder = (module) => `^src/${module}/`;
/** The engine has a floor of its own, below broadcast. */
const files = (module) =>
  module === 'broadcast'
    ? { path: folder(module), pathNot: [folder('broadcast/engine')] }
    : { path: folder(module), pathNot: [] };
const modules = floors.flat();

const allowed = (module, level) => [
  ...floors.slice(0, level).flat(),
  ...(neighbours[module] ?? []),
];

const directions = floors.flatMap((floor, level) =>
  floor.map((module) => ({
    name: `${module}-imports-only-downwards`,
    comment: `${module} may import only from: ${allowed(module, level).join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: files(module).path, pathNot: [...files(module).pathNot, specs] },
    to: { path: '^src/', pathNot: [module, ...allowed(module, level)].map(folder) },
  })),
);

/** The engine is a room of broadcast's: its privates are open to broadcast, and closed to everyone else. */
const privates = modules
  .filter((module) => module !== 'broadcast/engine')
  .map((module) => ({
    name: `${module}-keeps-its-privates`,
    comment: `Of ${module}, others import its services, its module class and pure files, never these.`,
    severity: 'error',
    from: { path: '^src/', pathNot: [folder(module), specs, mounting] },
    to: { path: `${folder(module)}.*${privateRoles}` },
  }));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'If two files need each other, what they share belongs below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...directions,
    ...privates,
    {
      name: 'every-folder-has-its-floor',
      comment: 'A new module is entered in the list of floors first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [...modules, 'simulator', 'demo'].map(folder) },
      to: {},
    },
    {
      name: 'the-simulator-shares-only-wire-types',
      comment: 'A pretend WeChat that used our code would share our mistakes.',
      severity: 'error',
      from: { path: folder('simulator'), pathNot: specs },
      to: { path: '^src/', pathNot: [folder('simulator'), '^src/wechat/wechat[.]wire[.]ts$'] },
    },
    {
      name: 'the-folders-of-the-simulator-have-no-cycles',
      comment: 'Each of its folders answers one question, and knows only those below it.',
      severity: 'error',
      scope: 'folder',
      from: { path: folder('simulator') },
      to: { circular: true },
    },
    {
      name: 'only-the-demo-knows-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: [folder('simulator'), folder('demo')] },
      to: { path: folder('simulator') },
    },
    {
      name: 'nobody-imports-the-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: folder('demo') },
      to: { path: folder('demo') },
    },
    {
      name: 'the-app-starts-modules-not-the-reverse',
      comment: 'The files at the top of src put the app together.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folder('demo'), specs] },
      to: { path: '^src/[^/]+[.]ts$' },
    },
    {
      name: 'a-process-loads-its-roles-alone',
      comment:
        'What a role mounts is imported when that role is wanted: the others pay no memory for it.',
      severity: 'error',
      from: { path: '^src/[^/]+[.]ts$' },
      to: {
        path: '^src/((api|worker)[.]module|wechat-auth/wechat-auth[.]api[.]module)[.]ts$',
        dynamic: false,
      },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: specs },
      to: { path: `^test/|${specs}` },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Development packages are not there in production.',
      severity: 'error',
      from: { path: '^src/', pathNot: specs },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
