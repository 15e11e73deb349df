export async function runScreen(..._: unknown[]): Promise<number> { return 0; }
