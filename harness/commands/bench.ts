export async function bench(_o: unknown): Promise<void> {
  throw new Error('soon');
}
