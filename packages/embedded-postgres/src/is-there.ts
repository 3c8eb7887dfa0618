import { access } from 'node:fs/promises';
import { isSystemError } from './system-error.ts';

/** Whether there is a file or folder of this name. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}
