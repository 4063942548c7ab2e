/** Whether there is a file of that name. */
export async function isFile(file: string): Promise<boolean> {
  return await Deno.stat(file).then((info) => info.isFile, () => false);
}
