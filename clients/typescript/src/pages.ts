/** A page of a list. */
export interface Page<Item> {
  data: Item[];
  has_more: boolean;
  next_cursor: string | null;
}

/** An operation that answers pages; `any`, because each takes options of its own. */
type List = (options: any) => Promise<{ data: Page<unknown> | undefined }>;

type ItemOf<Operation extends List> =
  Awaited<ReturnType<Operation>> extends infer Answer
    ? Answer extends { data: Page<infer Item> }
      ? Item
      : never
    : never;

/**
 * The items of all pages of a list: `for await (const project of all(listProjects, { client }))`. The next
 * page is asked for when the last item of one was taken, so one page is in memory.
 */
export async function* all<Operation extends List>(
  list: Operation,
  options: Parameters<Operation>[0],
): AsyncGenerator<ItemOf<Operation>, void, undefined> {
  let cursor = options.query?.cursor;
  for (;;) {
    const query = { ...options.query, cursor };
    const { data } = await list({ ...options, query, throwOnError: true });
    const page = data as Page<ItemOf<Operation>>;
    yield* page.data;
    if (!page.has_more) {
      return;
    }
    if (page.next_cursor === null || page.next_cursor === cursor) {
      throw new Error("a page has more, and does not say where");
    }
    cursor = page.next_cursor;
  }
}
