/** What makes an account's rate fall: -1 in numbers, 43117 in numbers, latency, or 45011. */
export type Trouble = 'busy' | 'frequent' | 'slow' | 'limited';
