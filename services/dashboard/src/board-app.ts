import { HonoAdapter } from '@bull-board/hono';
import type { Board, BoardRole } from '@energy-data-service/queue';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** Bull Board's page asks another server for its fonts. This one has to work, and to be read, without the internet. */
const FONTS_OF_OTHERS = /<link [^>]*href="https:\/\/fonts\.[^>]*>/g;

const BADGE_COLOR: Readonly<Record<BoardRole, string>> = { viewer: '#2f6f9f', operator: '#a3430f' };

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
  });
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    if (c.req.path.startsWith('/static/')) return;
    c.res.headers.set('cache-control', 'no-store');
    if (!c.res.headers.get('content-type')?.startsWith('text/html')) return;
    const page = await c.res.text();
    c.res = new Response(page.replace(FONTS_OF_OTHERS, ''), c.res);
  });
  app.route('/', adapter.registerPlugin());
  return app;
}
