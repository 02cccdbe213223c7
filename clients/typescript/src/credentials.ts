import type { Client } from "./generated/client/index.js";
import { login, loginSecondFactor, refresh } from "./generated/sdk.gen.js";
import type { LoginForm, SignedIn } from "./generated/types.gen.js";
import { is } from "./problem.js";

interface AllCredentials {
  /**
   * An access token, or a function that answers one. It is called for each request, and once more with
   * the token that the server has refused.
   */
  token: string | ((refused?: string) => string | Promise<string>);
  /** `plk_…` */
  apiKey: string;
  /** `plr_…`; it is used once, and `onSession` gets the next one. */
  refreshToken: string;
  login: LoginForm & {
    /** Asks for a code of the second factor, where the account has one. */
    code?: () => string | Promise<string>;
  };
}

type Only<Name extends keyof AllCredentials> = Pick<AllCredentials, Name> & {
  [Other in Exclude<keyof AllCredentials, Name>]?: never;
};

/** One of them, or none for the operations that need none. */
export type Credentials =
  | Only<"token">
  | Only<"apiKey">
  | Only<"refreshToken">
  | Only<"login">
  | { [Name in keyof AllCredentials]?: never };

/** Where requests get their tokens from. */
export interface Tokens {
  get(): Promise<string | undefined>;
  /** A token in the place of one that the server has refused; `undefined` if there is none. */
  replace(refused: string): Promise<string | undefined>;
}

/** The tokens of these credentials; `client` sends logins and refreshes. */
export function tokensOf(
  credentials: Credentials,
  client: Client,
  onSession: (session: SignedIn) => void | Promise<void>,
): Tokens {
  const { token, apiKey } = credentials;
  if (typeof token === "function") {
    return { get: async () => token(), replace: async (refused) => token(refused) };
  }
  if (credentials.login !== undefined || credentials.refreshToken !== undefined) {
    return new Session(credentials, client, onSession);
  }
  return { get: async () => token ?? apiKey, replace: async () => undefined };
}

/**
 * The time within which a refresh is repeated. A refresh token that comes again later than
 * `security.refresh_again_seconds` (10) ends the login.
 */
const REFRESH_MS = 8_000;

/** The pairs of tokens of one login. One login or refresh runs at a time, for all that wait. */
class Session implements Tokens {
  readonly #credentials: Only<"refreshToken"> | Only<"login">;
  readonly #client: Client;
  readonly #onSession: (session: SignedIn) => void | Promise<void>;
  #accessToken: string | undefined;
  #refreshToken: string | undefined;
  #opening: Promise<string> | undefined;

  constructor(
    credentials: Only<"refreshToken"> | Only<"login">,
    client: Client,
    onSession: (session: SignedIn) => void | Promise<void>,
  ) {
    this.#credentials = credentials;
    this.#client = client;
    this.#onSession = onSession;
    this.#refreshToken = credentials.refreshToken;
  }

  async get(): Promise<string> {
    return this.#accessToken ?? this.#open();
  }

  async replace(refused: string): Promise<string> {
    return this.#accessToken === refused ? this.#open() : this.get();
  }

  #open(): Promise<string> {
    this.#opening ??= this.#next().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #next(): Promise<string> {
    const session = (await this.#refreshed()) ?? (await this.#loggedIn());
    this.#refreshToken = session.refresh_token;
    await this.#onSession(session);
    this.#accessToken = session.access_token;
    return session.access_token;
  }

  /** `undefined` if there is no refresh token any more, and a login can take its place. */
  async #refreshed(): Promise<SignedIn | undefined> {
    if (this.#refreshToken === undefined) {
      return undefined;
    }
    try {
      const body = { refresh_token: this.#refreshToken };
      const call = { client: this.#client, body, repeat: true, timeoutMs: REFRESH_MS };
      return (await refresh(call)).data;
    } catch (error) {
      if (this.#credentials.login && is(error, "auth.invalid_token")) {
        return undefined;
      }
      throw error;
    }
  }

  async #loggedIn(): Promise<SignedIn> {
    const { code, ...body } = this.#credentials.login!;
    try {
      return (await login({ client: this.#client, body, repeat: true })).data;
    } catch (error) {
      if (!code || !is(error, "auth.second_factor_needed") || error.challenge === undefined) {
        throw error;
      }
      const step = { challenge: error.challenge, code: await code() };
      return (await loginSecondFactor({ client: this.#client, body: step })).data;
    }
  }
}
