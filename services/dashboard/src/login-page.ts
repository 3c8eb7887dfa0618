import type { BoardRole } from '@energy-data-service/queue';
import { html } from 'hono/html';

interface LoginPage {
  /** Who looks, if he has logged in. */
  readonly role: BoardRole | undefined;
  /** What went wrong with the attempt before. */
  readonly problem?: string;
}

/** Where a person logs in, logs out, and changes from one role to the other. */
export function loginPage({ role, problem }: LoginPage) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Energy Data Service: log in</title>
    <link rel="icon" href="data:,">
    <style>
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { max-width: 22rem; margin: 15vh auto 0; padding: 0 1rem; }
      h1 { font-size: 1.25rem; }
      form { display: flex; gap: 0.5rem; margin: 1rem 0; }
      input { flex: 1; min-width: 0; }
      input, button { font: inherit; padding: 0.4rem 0.7rem; }
      [role=alert] { color: light-dark(#b00020, #ff8a80); }
    </style>
  </head>
  <body>
    <h1>Energy Data Service: queues</h1>
    ${role === undefined ? '' : signedIn(role)}
    ${problem === undefined ? '' : html`<p role="alert">${problem}</p>`}
    <form method="post" action="/login">
      <input type="password" name="password" aria-label="Password" placeholder="Password" autocomplete="current-password" required autofocus>
      <button>Log in</button>
    </form>
    <p>The viewer’s password shows everything; the operator’s may also retry, promote and clean.</p>
  </body>
</html>`;
}

function signedIn(role: BoardRole) {
  return html`<p>You are logged in as <strong>${role}</strong>. <a href="/">To the queues</a></p>
    <form method="post" action="/logout"><button>Log out</button></form>
    <p>Or log in with the other password:</p>`;
}
