import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BaseConfig, DatabaseUrl } from './config.ts';
import { answerArguments } from './service-arguments.ts';

const SERVICE = { command: 'pnpm example', does: 'Does what examples do.' };
const Config = BaseConfig.extend({ DATABASE_URL: DatabaseUrl, PORT: z.coerce.number().default(1) });
/** Looks at the environment only once it runs, as the budgets of the sources do. */
const Budget = z.unknown().transform((env) => z.object({ BUDGET: z.string().optional() }).parse(env));

function answer(line: string, service: Parameters<typeof answerArguments>[1] = SERVICE) {
  return answerArguments(line === '' ? [] : line.split(' '), service, [Config, Budget]);
}

describe('the command line of a service', () => {
  it('is empty, or asks for its settings to be checked', () => {
    expect(answer('')).toEqual({ kind: 'go-on' });
    expect(answer('--check-settings')).toEqual({ kind: 'go-on' });
    expect(answer('--')).toEqual({ kind: 'go-on' });
  });

  it.each(['--check-setings', '--port 9000', '--check-settings --port', '9000', '-- --port', 'help'])(
    'starts nothing if it is %s',
    (line) => {
      const first = line.replace(/^(?:--check-settings|--) /, '').split(' ')[0];
      expect(answer(line)).toEqual({
        kind: 'refusal',
        text: expect.stringContaining(`pnpm example: unknown argument ${first}; nothing was started.`),
      });
    },
  );

  it.each([
    ['ENTSOE_SECURITY_TOKEN=hunter2', 'ENTSOE_SECURITY_TOKEN=…'],
    ['postgres://user:hunter2@host', 'postgres=…'],
    ['--token=hunter2', '--token=…'],
  ])('repeats no value that stands there by mistake, as of %s', (line, told) => {
    const { text } = answer(line) as { text: string };
    expect(text).toContain(`unknown argument ${told}; nothing was started.`);
    expect(text).not.toContain('hunter2');
  });

  it('asks for no check where there is none', () => {
    expect(answer('--check-settings', { ...SERVICE, checksSettings: false })).toEqual({
      kind: 'refusal',
      text: 'pnpm example: unknown argument --check-settings; nothing was started. It takes --help; settings are environment variables.',
    });
  });

  it.each(['--help', '-h', '--check-settings --help', '--port --help'])(
    'explains itself for %s, whatever else is there',
    (line) => {
      const { kind, text } = { text: '', ...answer(line) };
      expect(kind).toBe('help');
      expect(text).toContain('Usage: pnpm example [option]\n\nDoes what examples do.\n\n  --check-settings ');
      // Every one that the schemas read, and what may stand in for it.
      expect(text.split('\n').slice(-10)).toEqual([
        '  LOG_LEVEL',
        '  SHUTDOWN_TIMEOUT_MS',
        '  MONITORING_PORT',
        '  MONITORING_HOST',
        '  OTEL_EXPORTER_OTLP_ENDPOINT',
        '  DATABASE_URL (required)',
        '  DATABASE_URL_FILE',
        '  DATABASE_PASSWORD_FILE',
        '  PORT',
        '  BUDGET',
      ]);
    },
  );
});
