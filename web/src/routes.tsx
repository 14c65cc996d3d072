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
const PAGES: Readonly<
  Record<Exclude<PagePath, BroadcastPath | SettingsPath | AudiencesPath>, Page>
> = {
  '/': { Component: Overview },
  '/setup': { Component: () => <Navigate to="/" replace /> },
  '/broadcasts': {
    lazy: async () => ({
      Component: (await import('./broadcasts/broadcasts-page')).BroadcastsPage,
    }),
  },
  '/compose': { lazy: async () => ({ Component: (await import('./compose/new-draft')).NewDraft }) },
  '/compose/:id': {
    lazy: async () => ({ Component: (await import('./compose/compose-page')).ComposePage }),
  },
  '/welcome': { lazy: async () => ({ Component: (await import('./welcome/welcome')).Welcome }) },
  '/templates': {
    lazy: async () => ({ Component: (await import('./templates/templates-page')).TemplatesPage }),
  },
  '/recipients': {
    lazy: async () => ({
      Component: (await import('./recipients/recipients-page')).RecipientsPage,
    }),
  },
  '/audiences/uploads/:id': {
    lazy: async () => ({ Component: (await import('./audiences/upload-page')).UploadPage }),
  },
  '/accounts': {
    lazy: async () => ({ Component: (await import('./accounts/accounts-page')).AccountsPage }),
  },
  '/accounts/new': {
    lazy: async () => ({ Component: (await import('./accounts/new-account-page')).NewAccountPage }),
  },
  '/accounts/:appid': {
    lazy: async () => ({ Component: (await import('./accounts/account-page')).AccountPage }),
  },
  '/accounts/:appid/connect': {
    lazy: async () => ({ Component: (await import('./accounts/connect-page')).ConnectPage }),
  },
  '/me': { lazy: async () => ({ Component: (await import('./settings/me-page')).MePage }) },
};

/** One broadcast: its head stays while one changes between its tabs. */
type BroadcastPath = Extract<PagePath, `/broadcasts/:id${string}`>;
const BROADCAST_TABS: Readonly<Record<BroadcastPath, Page>> = {
  '/broadcasts/:id': {
    lazy: async () => ({ Component: (await import('./broadcast/progress-tab')).ProgressTab }),
  },
  '/broadcasts/:id/deliveries': {
    lazy: async () => ({ Component: (await import('./broadcast/deliveries-tab')).DeliveriesTab }),
  },
  '/broadcasts/:id/errors': {
    lazy: async () => ({ Component: (await import('./broadcast/errors-tab')).ErrorsTab }),
  },
  '/broadcasts/:id/timeline': {
    lazy: async () => ({ Component: (await import('./broadcast/timeline-tab')).TimelineTab }),
  },
  '/broadcasts/:id/content': {
    lazy: async () => ({ Component: (await import('./broadcast/content-tab')).ContentTab }),
  },
};

/** Who may be sent to: a page with tabs, and one for each list that somebody has sent. */
type AudiencesPath = Exclude<Extract<PagePath, `/audiences${string}`>, '/audiences/uploads/:id'>;
const AUDIENCES_TABS: Readonly<Record<AudiencesPath, Page>> = {
  '/audiences': {
    lazy: async () => ({ Component: (await import('./audiences/first-tab')).FirstTab }),
  },
  '/audiences/uploads': {
    lazy: async () => ({ Component: (await import('./audiences/uploads-tab')).UploadsTab }),
  },
  '/audiences/tags': {
    lazy: async () => ({ Component: (await import('./audiences/tags-tab')).TagsTab }),
  },
  '/audiences/blacklist': {
    lazy: async () => ({ Component: (await import('./audiences/blacklist-tab')).BlacklistTab }),
  },
};

/** What is ours: its tabs stay while one changes between them. */
type SettingsPath = Extract<PagePath, `/settings${string}`>;
const SETTINGS_TABS: Readonly<Record<SettingsPath, Page>> = {
  '/settings': {
    lazy: async () => ({ Component: (await import('./settings/first-tab')).FirstTab }),
  },
  '/settings/members': {
    lazy: async () => ({ Component: (await import('./settings/members-page')).MembersPage }),
  },
  '/settings/keys': {
    lazy: async () => ({ Component: (await import('./settings/keys-page')).KeysPage }),
  },
  '/settings/audit': {
    lazy: async () => ({ Component: (await import('./settings/audit-page')).AuditPage }),
  },
  '/settings/system': {
    lazy: async () => ({ Component: (await import('./settings/system-page')).SystemPage }),
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
                {
                  lazy: async () => ({
                    Component: (await import('./audiences/audiences-page')).AudiencesPage,
                  }),
                  children: routesOf(AUDIENCES_TABS),
                },
                {
                  lazy: async () => ({
                    Component: (await import('./settings/settings-page')).SettingsPage,
                  }),
                  children: routesOf(SETTINGS_TABS),
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
