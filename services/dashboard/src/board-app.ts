import { readFileSync } from 'node:fs';
import { HonoAdapter } from '@bull-board/hono';
import type { Board, BoardRole } from '@energy-data-service/queue';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** Bull Board's page asks another server for its fonts. This one has to work, and to be read, without the internet. */
const FONTS_OF_OTHERS = /<link [^>]*href="https:\/\/fonts\.[^>]*>/g;

const STYLE = readFileSync(new URL('page/board.css', import.meta.url), 'utf8');
const SCRIPT = readFileSync(new URL('page/board.js', import.meta.url), 'utf8');
const OWN_HEAD = '<link href="board.css" rel="stylesheet"><script defer src="board.js"></script>';

const BADGE_COLOR: Readonly<Record<BoardRole, string>> = { viewer: '#2f6f9f', operator: '#a3430f' };

/** In the time of who looks, which is said, since the windows in the names of jobs are in UTC. */
const TIME: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
};
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

/**
 * The board as each role sees it.
 *
 * @param hasLogin - whether there is a way to log in and out
 */
export function createBoardApps(board: Board, hasLogin: boolean): Record<BoardRole, Hono> {
  return {
    viewer: createBoardApp(board, 'viewer', hasLogin),
    operator: createBoardApp(board, 'operator', hasLogin),
  };
}

function createBoardApp(board: Board, role: BoardRole, hasLogin: boolean): Hono {
  const adapter = new HonoAdapter(serveStatic);
  board.serve(adapter, role, {
    boardTitle: 'Energy Data Service',
    environment: { label: role, color: BADGE_COLOR[role], textColor: '#ffffff' },
    miscLinks: hasLogin ? [{ text: 'Log out, or change role', url: '/login' }] : [],
    hideDocsLink: true,
    dateFormats: { short: TIME, common: { ...DAY, ...TIME }, full: { year: 'numeric', ...DAY, ...TIME } },
  });
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    if (c.req.path.startsWith('/static/')) return;
    c.res.headers.set('cache-control', 'no-store');
    if (!c.res.headers.get('content-type')?.startsWith('text/html')) return;
    const page = await c.res.text();
    c.res = new Response(page.replace(FONTS_OF_OTHERS, '').replace('</head>', `${OWN_HEAD}</head>`), c.res);
  });
  app.get('/board.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/board.js', (c) => c.body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.route('/', adapter.registerPlugin());
  return app;
}
