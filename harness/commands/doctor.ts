export async function doctor(_o: unknown): Promise<void> { throw new Error('soon'); }
