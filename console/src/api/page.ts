export interface Page<T> {
  data: T[];
  has_more?: boolean;
  next_cursor: string | null;
}

/** The cursor of the page after this one; none after the last. */
export const nextCursor = (page: Page<unknown>): string | undefined =>
  page.has_more === false ? undefined : (page.next_cursor ?? undefined);
