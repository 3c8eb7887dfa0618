import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { commandLine } from './command-line.ts';

describe('what a person types to run a command', () => {
  it.each([{}, { COMMANDS_RUN_BY: '' }])('is a script of the workspace on a laptop: %j', (env) => {
    expect(commandLine('backfill retry 3', env)).toBe('pnpm backfill retry 3');
  });

  it('is what the image says in a container', () => {
    const env = { COMMANDS_RUN_BY: 'docker compose exec collector' };
    expect(commandLine('backfill retry 3', env)).toBe('docker compose exec collector backfill retry 3');
  });

  it('is what this process runs in, unless another environment is given', () => {
    vi.stubEnv('COMMANDS_RUN_BY', 'docker compose exec collector');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(commandLine('status')).toBe('docker compose exec collector status');
    expect(commandLine('status', {})).toBe('pnpm status');
  });
});
