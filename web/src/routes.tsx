import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { basePath } from './api/base';
import { Gatekeeper } from './session/gatekeeper';
import { Frame } from './shell/frame';
import { BrokenPage } from './states/broken-page';
import { NotFound } from './states/page-states';
import { Overview } from './overview/overview';
import type { PagePath } from './pages';

type Page = Pick<RouteObject, 'lazy' | 'Component'>;

/** Every page but the first is a chunk of its own. A path without a page here does not compile, nor a page without a path. */
const PAGES: Readonly<Record<Exclude<PagePath, BroadcastPath>, Page>> = {
  '/': { Component: Overview },
  '/setup': { Component: () => <Navigate to="/" replace /> },
  '/welcome': { lazy: async () => ({ Component: (await import('./welcome/welcome')).Welcome }) },
};

/** One broadcast: its head stays while one changes between its tabs. */
type BroadcastPath = Extract<PagePath, `/broadcasts/:id${string}`>;
const BROADCAST_TABS: Readonly<Record<BroadcastPath, Page>> = {
  '/broadcasts/:id': {
    lazy: async () => ({ Component: (await import('./broadcast/progress-tab')).ProgressTab }),
  },
  '/broadcasts/:id/content': {
    lazy: async () => ({ Component: (await import('./broadcast/content-tab')).ContentTab }),
  },
};

const routesOf = (pages: Readonly<Record<string, Page>>): RouteObject[] =>
  Object.entries(pages).map(([path, page]) => ({ path, ...page }));

export const router = createBrowserRouter(
  [
    {
      Component: Gatekeeper,
      ErrorBoundary: BrokenPage,
      HydrateFallback: () => null,
      children: [
        {
          Component: Frame,
          children: [
            {
              ErrorBoundary: BrokenPage,
              children: [
                ...routesOf(PAGES),
                {
                  lazy: async () => ({
                    Component: (await import('./broadcast/broadcast-page')).BroadcastPage,
                  }),
                  children: routesOf(BROADCAST_TABS),
                },
                { path: '*', Component: NotFound },
              ],
            },
          ],
        },
      ],
    },
  ],
  { basename: basePath === '' ? '/' : basePath },
);
