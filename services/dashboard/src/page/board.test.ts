import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';

const STYLE = readFileSync(new URL('board.css', import.meta.url), 'utf8');

const adapter = createRequire(import.meta.url).resolve('@bull-board/hono');
const folder = dirname(createRequire(adapter).resolve('@bull-board/ui/package.json'));
const bullBoard = globSync(`${folder}/dist/static/js/**/*.js`)
  .map((file) => readFileSync(file, 'utf8'))
  .join();

/** What a pattern with one group finds, each once. */
function namesIn(pattern: RegExp): string[] {
  return [...new Set([...STYLE.matchAll(pattern)].map(([, name = '']) => name))];
}

describe('the style finds in Bull Board', () => {
  it.each(namesIn(/\[class[\^*]="(\w+)-"\]/g))('a class that begins with %s-', (name) => {
    expect(bullBoard).toMatch(new RegExp(`["' ]${name}-[\\w-]{6}["' ]`));
  });

  it.each(namesIn(/\.lucide-([\w-]+)/g))('the icon %s', (name) => {
    expect(bullBoard).toContain(`("${name}",[`);
  });
});
