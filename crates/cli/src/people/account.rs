//! `plinth login`, `logout` and `whoami`.

use std::process::ExitCode;

use clap::Args;
use plinth_settings::Url;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    address::base,
    client::{Client, ServerArgs},
    logins::{Login as Stored, Logins},
    prompt::{ask, ask_secret},
    server::Server,
    store::Store,
};
use crate::{
    failure::{Failure, Result},
    output::{Output, document},
    problem::Problem,
    table,
    terminal::{clean, note, say},
};

/// Log in to a server; the other commands use the login
///
/// Asks for the e-mail address, the password and, where the account has one, the second factor. Without
/// a terminal these are lines of standard input, of which --email replaces the first. The login is
/// stored in `$XDG_CONFIG_HOME/plinth` or `~/.config/plinth`, for this user only. Users of a provider
/// of identities use an API key: `PLINTH_TOKEN`.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth login --url https://plinth.example.com
  plinth login --email ada@example.com --organization hochbau-nord < password-file"
)]
pub(crate) struct Login {
    /// The server; without it, that of the last login, or that of `plinth dev`
    #[arg(long, env = "PLINTH_URL", value_name = "URL")]
    url: Option<Url>,

    /// The e-mail address of the account
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// The slug of the organization; without it, the one joined first
    #[arg(long, value_name = "SLUG")]
    organization: Option<String>,
}

/// End the login, with all its sessions
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Logout {
    /// The server; without it, that of the last login
    #[arg(long, env = "PLINTH_URL", value_name = "URL")]
    url: Option<Url>,
}

/// Say who is logged in, where and in which organization
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Whoami {
    /// The form of the answer
    #[arg(long, value_enum, default_value = "table")]
    output: Output,

    #[command(flatten)]
    server: ServerArgs,
}

impl Login {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let store = Store::of_user()?;
        let url = match self.url {
            Some(url) => base(url)?,
            None => Logins::read(&store)?.server()?,
        };
        let email = match self.email {
            Some(email) => email,
            None => ask("E-mail address").await?,
        };
        let mut form = json!({"email": email, "password": ask_secret("Password").await?});
        if let Some(organization) = self.organization {
            form["organization"] = organization.into();
        }
        let (server, signed_in) = log_in(Server::new(url)?, &form).await?;
        Logins::add(&store, server.base(), Stored::of(&signed_in)?).await?;
        let text = |value: &Value| clean(value.as_str().unwrap_or_default());
        let organization = text(&signed_in["organization"]["name"]);
        let email = text(&signed_in["user"]["email"]);
        note(&format!("logged in at {} as {email}, in {organization}", server.base()));
        Ok(ExitCode::SUCCESS)
    }
}

/// Logs in, at the cell where the organization is, and with the second factor of an account that has one.
async fn log_in(server: Server, form: &Value) -> Result<(Server, Value)> {
    let error = match server.post("auth/login", form).await {
        Ok(signed_in) => return Ok((server, signed_in)),
        Err(error) => error,
    };
    let field = |name: &str| error.downcast_ref::<Problem>()?.text(name);
    if let Some(cell) = field("cell_url") {
        let server = Server::new(base(Url::parse(cell)?)?)?;
        note(&format!("the organization is at {}", server.base()));
        return match server.post("auth/login", form).await {
            Ok(signed_in) => Ok((server, signed_in)),
            Err(error) => prove(server, error).await,
        };
    }
    prove(server, error).await
}

/// Takes the second step of a login whose first step was answered so.
async fn prove(server: Server, error: Failure) -> Result<(Server, Value)> {
    let needed = |problem: &&Problem| problem.is("auth.second_factor_needed");
    let problem = error.downcast_ref::<Problem>().filter(needed);
    let Some(challenge) = problem.and_then(|problem| problem.text("challenge")) else {
        return Err(error);
    };
    let proof = ask_secret("Code of the second factor, or a recovery code").await?;
    let is_code = proof.len() == 6 && proof.bytes().all(|byte| byte.is_ascii_digit());
    let name = if is_code { "code" } else { "recovery_code" };
    let form = json!({"challenge": challenge, name: proof});
    let signed_in = server.post("auth/login/second-factor", &form).await?;
    Ok((server, signed_in))
}

impl Logout {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let (store, client) =
            (Store::of_user()?, Client::of_login(self.url.map(base).transpose()?)?);
        let server = client.server();
        let request = server.request(Method::POST, server.api("auth/logout")?);
        let ended = client.send(request).await;
        // A login that the server has ended before is gone already.
        if ended.is_err() && Logins::read(&store)?.of(server.base()).is_some() {
            return ended.map(|_| ExitCode::SUCCESS);
        }
        Logins::remove(&store, server.base()).await?;
        note(&format!("logged out at {}", server.base()));
        Ok(ExitCode::SUCCESS)
    }
}

impl Whoami {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let server = client.server();
        let me = client.get(&server.api("me")?).await?;
        match self.output {
            Output::Json => say(&document(&me)),
            Output::Table => {
                for line in table::lines(&lines(&me, server.base())) {
                    say(&line);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Names and values.
fn lines(me: &Value, server: &Url) -> Vec<(String, String)> {
    let here = &me["organization_id"];
    let mut organizations = me["memberships"].as_array().into_iter().flatten();
    let named = organizations.find(|own| own["organization_id"] == *here);
    let organization = named.map_or(here, |own| &own["name"]);
    let rows = [
        ("server", &Value::from(server.as_str())),
        ("name", &me["user"]["name"]),
        ("email", &me["user"]["email"]),
        ("organization", organization),
        ("role", &me["role"]),
        ("role_id", &me["role_id"]),
        ("api_key_id", &me["api_key_id"]),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_null());
    rows.map(|(name, value)| (name.to_owned(), table::text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organization_of_the_credential_is_named() {
        let me = json!({
            "user": {"name": "Ada", "email": "ada@example.com"}, "organization_id": "2",
            "memberships": [
                {"organization_id": "1", "name": "Hochbau Nord"},
                {"organization_id": "2", "name": "Hochbau Süd"}],
            "role": "owner", "role_id": null, "api_key_id": null,
        });
        let server = Url::parse("https://example.com/").unwrap();
        let shown = table::lines(&lines(&me, &server));
        let expected = [
            "server        https://example.com/",
            "name          Ada",
            "email         ada@example.com",
            "organization  Hochbau Süd",
            "role          owner",
        ];
        assert_eq!(shown, expected);
    }
}
