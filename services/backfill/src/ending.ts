/** How a command ended: all is well, windows or answers have failed, or nobody wanted to watch any more. */
export type Ending = 'succeeded' | 'failed' | 'left';
