// Who may import whom in the console. Rooms know what they share, and never one another.

/** From the ground up: each may import from those before it. */
const SHARED = ['theme', 'locales', 'api', 'format', 'states', 'charts', 'phone-card', 'confirm'];
const ROOMS = [
  'overview',
  'broadcast',
  'broadcasts',
  'compose',
  'templates',
  'audiences',
  'recipients',
  'accounts',
  'settings',
];
const folder = (name) => `^web/src/${name}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the-console-knows-the-service-by-its-api',
      comment: 'What it does, a script can do: it shares no code with the service.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/' },
    },
    ...ROOMS.map((room) => ({
      name: `${room}-imports-no-other-room`,
      comment: 'What two rooms need is shared: api, charts, states, format, phone-card.',
      severity: 'error',
      from: { path: folder(room) },
      to: { path: ROOMS.filter((other) => other !== room).map(folder) },
    })),
    {
      name: 'what-is-shared-knows-no-room',
      severity: 'error',
      from: { path: SHARED.map(folder) },
      to: { path: ROOMS.map(folder) },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'web/tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default'],
    },
  },
};
