const NAME = /(?:^|;\s*)(?:__Host-)?plinth_csrf=([^;]*)/;

/** The CSRF token among the cookies of the page; none without a session, or when it has expired. */
export const csrfToken = (cookies: string): string | undefined => NAME.exec(cookies)?.[1] || undefined;
