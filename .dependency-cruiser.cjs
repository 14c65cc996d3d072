// Who may import whom. Checked by `npm run check`; the floors are in scripts/floors.cjs.

const { floors, neighbours, rooms } = require('./scripts/floors.cjs');

/** Roles that stay inside their module; a neighbour gets its services, its module class and its pure files. */
const privateRoles = '[.](repository|tables|processor|controller|dto|store)[.]ts$';

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

/** What stands outside the house of modules, and who may look there all the same (docs/decisions/0029). */
const beside = { sandbox: ['simulator'] };

const directions = floors.flatMap((floor, level) =>
  floor.map((module) => ({
    name: `${module}-imports-only-downwards`,
    comment: `${module} may import only from: ${allowed(module, level).join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: files(module).path, pathNot: [...files(module).pathNot, specs] },
    to: {
      path: '^src/',
      pathNot: [module, ...allowed(module, level), ...(beside[module] ?? [])].map(folder),
    },
  })),
);

/** What lists the controllers and processors of a role. */
const mounting = '^src/(api|worker)[.]module[.]ts$';

/** Inside a large module the rooms have floors too. The files beside them put the module together. */
const roomDirections = Object.entries(rooms).flatMap(([module, storeys]) => {
  const all = storeys.flat().map((room) => `${module}/${room}`);
  const above = (level) =>
    storeys
      .slice(level)
      .flat()
      .map((room) => `${module}/${room}`);
  return [
    ...storeys.flatMap((storey, level) =>
      storey.map((room) => ({
        name: `${module}/${room}-imports-only-downwards`,
        comment: `Of ${module}, ${room} may import only from: ${storeys.slice(0, level).flat().join(', ') || 'nothing'}.`,
        severity: 'error',
        from: { path: folder(`${module}/${room}`), pathNot: specs },
        to: {
          path: [...above(level).map(folder), `^src/${module}/[^/]+[.]ts$`],
          pathNot: folder(`${module}/${room}`),
        },
      })),
    ),
    {
      name: `every-room-of-${module}-has-its-floor`,
      comment: 'A new room is entered in scripts/floors.cjs first.',
      severity: 'error',
      from: {
        path: `${folder(module)}[^/]+/`,
        pathNot: [...all, ...modules.filter((other) => other.startsWith(`${module}/`))].map(folder),
      },
      to: {},
    },
  ];
});

/** A room with a floor of its own: its privates are open to its module, and closed to everyone else. */
const privates = modules
  .filter((module) => !module.includes('/'))
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
    {
      name: 'no-cycles-of-folders',
      comment:
        'A room and the files beside it, or two rooms, that need each other: what they share is a room below.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      // Specs look anywhere, helpers of tests included.
      to: { circular: true, path: '^src/' },
    },
    ...directions,
    ...roomDirections,
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
      name: 'only-the-demo-and-the-sandbox-know-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: [folder('simulator'), folder('demo'), folder('sandbox')] },
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
