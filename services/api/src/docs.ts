import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** What the page loads, all from this service: it has to work where there is no internet. */
const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Energy Data Service: the REST API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** The contract to read and to try, in a browser. */
export function docsRoutes(): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/docs', (c) => {
    c.header(
      'content-security-policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    );
    return c.html(PAGE);
  });
  routes.get('/docs/start.js', (c) =>
    c.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  for (const [name, contentType] of ASSETS) {
    routes.get(`/docs/${name}`, async (c) => {
      const bytes = await readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
      return c.body(new Uint8Array(bytes), 200, {
        'content-type': contentType,
        'cache-control': 'public, max-age=3600',
      });
    });
  }
  return routes;
}
