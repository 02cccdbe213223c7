//! The API of a server, with a credential.

use std::{cell::RefCell, time::Duration};

use clap::Args;
use plinth_settings::Url;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::time::sleep;

use super::{
    address,
    logins::{Logins, logged_out},
    server::{Server, accepted, json},
    store::Store,
};
use crate::{
    failure::{Failure, Result},
    problem::Problem,
};

/// How often a reading request is sent again when the server asks to wait, and the longest wait.
const AGAIN: u32 = 3;
const MAX_WAIT: Duration = Duration::from_secs(30);

// A doc comment of a flattened struct would be that of the command.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// The server, in place of that of the last login
    #[arg(long, env = "PLINTH_URL", value_name = "URL")]
    url: Option<Url>,

    /// An access token or API key, in place of the login
    #[arg(long, env = "PLINTH_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
}

/// A server and a credential.
pub(super) struct Client {
    server: Server,
    credential: Credential,
}

enum Credential {
    /// Of the command line or the environment.
    Given(String),
    /// The access token of a login, which is refreshed.
    Stored(Store, RefCell<String>),
}

impl ServerArgs {
    /// The client of these arguments, or of the login.
    pub(super) fn client(self) -> Result<Client> {
        let named = self.url.map(address::base).transpose()?;
        let Some(token) = self.token else {
            return Client::of_login(named);
        };
        // Not the server of the last login, which may be another one than that of the token.
        let base = named.map_or_else(|| Url::parse(address::LOCAL), Ok)?;
        Ok(Client { server: Server::new(base)?, credential: Credential::Given(token) })
    }
}

impl Client {
    /// The client of the login at this server, or of the last login.
    pub(super) fn of_login(named: Option<Url>) -> Result<Self> {
        let store = Store::of_user()?;
        let logins = Logins::read(&store)?;
        let base = named.map_or_else(|| logins.server(), Ok)?;
        let login = logins.of(&base).ok_or_else(|| logged_out(&base))?;
        let credential = Credential::Stored(store, RefCell::new(login.access_token.clone()));
        Ok(Self { server: Server::new(base)?, credential })
    }

    pub(super) const fn server(&self) -> &Server {
        &self.server
    }

    /// Where files about the server can be kept; `None` for a user without a home.
    pub(super) fn store(&self) -> Option<Store> {
        match &self.credential {
            Credential::Given(_) => Store::of_user().ok(),
            Credential::Stored(store, _) => Some(store.clone()),
        }
    }

    /// Sends a request with the credential. An expired access token is refreshed, and the request sent
    /// again, unless its body is a stream.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let again = request.try_clone();
        let token = self.token();
        let error = match accepted(request.bearer_auth(&token).send().await?).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        match (again, &self.credential) {
            (Some(again), Credential::Stored(store, kept)) if is_expired(&error) => {
                let token = Logins::refreshed(store, &self.server, &token).await?;
                kept.replace(token.clone());
                accepted(again.bearer_auth(token).send().await?).await
            }
            _ => Err(error),
        }
    }

    /// Reads JSON. A server that asks to wait is asked again, a few times.
    pub(super) async fn get(&self, url: &Url) -> Result<Value> {
        let mut tries = 0;
        loop {
            let response = self.send(self.server.request(Method::GET, url.clone())).await;
            let error = match response {
                Ok(response) => return json(response).await,
                Err(error) => error,
            };
            match wait_for(&error) {
                Some(wait) if tries < AGAIN => sleep(wait).await,
                _ => return Err(error),
            }
            tries += 1;
        }
    }

    fn token(&self) -> String {
        match &self.credential {
            Credential::Given(token) => token.clone(),
            Credential::Stored(_, token) => token.borrow().clone(),
        }
    }
}

/// Whether the server does not know the token, or not any more. The answer to a `HEAD` has no code.
fn is_expired(error: &Failure) -> bool {
    let is_it = |problem: &Problem| {
        problem.status == StatusCode::UNAUTHORIZED.as_u16()
            && problem.text("code").is_none_or(|code| code == "auth.invalid_token")
    };
    error.downcast_ref::<Problem>().is_some_and(is_it)
}

/// How long the server asks to wait, if it does and it is not long.
fn wait_for(error: &Failure) -> Option<Duration> {
    let problem = error.downcast_ref::<Problem>().filter(|problem| problem.may_pass())?;
    problem.retry_after.filter(|wait| *wait <= MAX_WAIT)
}

/// Whether the same request may succeed later: the connection failed, or the server says so.
pub(super) fn may_pass(error: &Failure) -> bool {
    let lost = |error: &reqwest::Error| !error.is_builder();
    error.downcast_ref::<Problem>().is_some_and(Problem::may_pass)
        || error.downcast_ref::<reqwest::Error>().is_some_and(lost)
}
