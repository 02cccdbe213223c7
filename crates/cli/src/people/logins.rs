//! The logins of a user, by server.

use std::{collections::BTreeMap, io};

use plinth_settings::Url;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{address, server::Server, store::Store};
use crate::{
    failure::{Failure, Result},
    problem::Problem,
};

/// The file of the logins.
const FILE: &str = "credentials.json";

/// All logins of a user.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Logins {
    /// The server of the last login.
    current: Option<String>,
    #[serde(default)]
    servers: BTreeMap<String, Login>,
}

/// The tokens of a session (docs/api.md).
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Login {
    pub(super) email: String,
    pub(super) access_token: String,
    refresh_token: String,
}

impl Login {
    /// The login in an answer of the API.
    pub(super) fn of(signed_in: &Value) -> Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let login = text(&signed_in["user"]["email"])
            .zip(text(&signed_in["access_token"]))
            .zip(text(&signed_in["refresh_token"]));
        let ((email, access_token), refresh_token) = login.ok_or("the server answers no login")?;
        Ok(Self { email, access_token, refresh_token })
    }
}

impl Logins {
    pub(super) fn read(store: &Store) -> Result<Self> {
        let path = store.path(FILE);
        let told = |why: String| format!("cannot read {}: {why}", path.display());
        let content = store.read(FILE).map_err(|error| told(error.to_string()))?;
        let Some(content) = content else { return Ok(Self::default()) };
        // What serde says of a fault may hold a part of a token.
        serde_json::from_slice(&content)
            .map_err(|_| told("it is no file of logins; remove it and log in again".into()).into())
    }

    fn write(&self, store: &Store) -> Result<()> {
        let content = serde_json::to_vec_pretty(self)?;
        let path = store.path(FILE);
        let told = |error: io::Error| format!("cannot write {}: {error}", path.display());
        Ok(store.replace(FILE, &content).map_err(told)?)
    }

    /// The server that commands use unless they name another one.
    pub(super) fn server(&self) -> Result<Url> {
        Ok(Url::parse(self.current.as_deref().unwrap_or(address::LOCAL))?)
    }

    pub(super) fn of(&self, server: &Url) -> Option<&Login> {
        self.servers.get(server.as_str())
    }

    /// Stores a login, which becomes the current one.
    pub(super) async fn add(store: &Store, server: &Url, login: Login) -> Result<()> {
        let _lock = store.lock().await?;
        let mut logins = Self::read(store)?;
        logins.current = Some(server.to_string());
        logins.servers.insert(server.to_string(), login);
        logins.write(store)
    }

    /// Forgets a login.
    pub(super) async fn remove(store: &Store, server: &Url) -> Result<()> {
        let _lock = store.lock().await?;
        let mut logins = Self::read(store)?;
        logins.servers.remove(server.as_str());
        if logins.current.as_deref() == Some(server.as_str()) {
            logins.current = None;
        }
        logins.write(store)
    }

    /// An access token in place of one that has expired. Of several processes, one refreshes: a refresh
    /// token can be used once.
    pub(super) async fn refreshed(store: &Store, server: &Server, expired: &str) -> Result<String> {
        let _lock = store.lock().await?;
        let mut logins = Self::read(store)?;
        let base = server.base();
        let Some(login) = logins.servers.get_mut(base.as_str()) else {
            return Err(logged_out(base).into());
        };
        if login.access_token != expired {
            return Ok(login.access_token.clone());
        }
        let body = json!({"refresh_token": login.refresh_token});
        *login = match server.post("auth/refresh", &body).await {
            Ok(signed_in) => Login::of(&signed_in)?,
            Err(error) if is_refused(&error) => {
                logins.servers.remove(base.as_str());
                logins.write(store)?;
                return Err(logged_out(base).into());
            }
            Err(error) => return Err(error),
        };
        let token = login.access_token.clone();
        logins.write(store)?;
        Ok(token)
    }
}

/// Whether the server does not know the credential any more.
fn is_refused(error: &Failure) -> bool {
    let is_it = |problem: &Problem| problem.status == StatusCode::UNAUTHORIZED.as_u16();
    error.downcast_ref::<Problem>().is_some_and(is_it)
}

/// What a user without a login is told.
pub(super) fn logged_out(server: &Url) -> String {
    format!("you are not logged in at {server}: plinth login --url {server}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(token: &str) -> Login {
        let signed_in = json!({
            "user": {"email": "ada@example.com"}, "access_token": token, "refresh_token": "plr_1",
        });
        Login::of(&signed_in).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test]
    async fn the_last_login_is_the_current_one_and_no_other_server_gets_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("plinth"));
        let (one, other) = (url("https://one.example/"), url("https://other.example/"));
        assert_eq!(Logins::read(&store).unwrap().server().unwrap().as_str(), address::LOCAL);
        Logins::add(&store, &one, login("pla_1")).await.unwrap();
        Logins::add(&store, &other, login("pla_2")).await.unwrap();

        let logins = Logins::read(&store).unwrap();
        assert_eq!(logins.server().unwrap(), other);
        let token = |server: &Url| logins.of(server).map(|login| login.access_token.clone());
        assert_eq!(token(&one).as_deref(), Some("pla_1"));
        assert_eq!(token(&other).as_deref(), Some("pla_2"));
        assert!(token(&url("https://third.example/")).is_none());

        Logins::remove(&store, &other).await.unwrap();
        let logins = Logins::read(&store).unwrap();
        assert!(logins.of(&other).is_none() && logins.of(&one).is_some());
        assert_eq!(logins.server().unwrap().as_str(), address::LOCAL);
    }

    #[tokio::test]
    async fn what_another_process_has_refreshed_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("plinth"));
        // Nothing listens there: a request would fail.
        let server = Server::new(url("http://127.0.0.1:1/")).unwrap();
        Logins::add(&store, server.base(), login("pla_2")).await.unwrap();
        assert_eq!(Logins::refreshed(&store, &server, "pla_1").await.unwrap(), "pla_2");
        assert!(Logins::refreshed(&store, &server, "pla_2").await.is_err());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("plinth"));
        store.replace(FILE, b"{\"current\": plr_secret").unwrap();
        let said = Logins::read(&store).err().unwrap().to_string();
        assert!(said.contains(FILE) && said.contains("log in again"), "{said}");
        assert!(!said.contains("plr_secret"), "{said}");
    }
}
