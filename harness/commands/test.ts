export async function test(_o: unknown): Promise<void> {
  throw new Error('soon');
}
