export async function mutants(_o: unknown): Promise<void> { throw new Error('soon'); }
