//! `plinth operator`.

mod args;
mod client;
mod key;
mod table;

use std::process::ExitCode;

use clap::Args;
use plinth_settings::Url;
use reqwest::Method;
use serde_json::{Value, json};

use crate::failure::Result;
use args::{Changed, Jobs, Organizations, Place, What, Which};
use client::Client;
use table::{print, print_list};

/// Work as an operator, by the API of operators of an installation
///
/// It needs the address of the API and a key: docs/operators.md. The key comes from the environment, so
/// that no list of processes shows it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Operator {
    /// The API of operators
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PLINTH_OPERATOR_URL",
        default_value = "http://127.0.0.1:9090"
    )]
    url: Url,

    /// The key
    #[arg(
        long,
        global = true,
        value_name = "KEY",
        env = "PLINTH_OPERATOR_KEY",
        hide_env_values = true
    )]
    key: Option<String>,

    /// Print JSON
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    what: What,
}

const ORGANIZATION: &[&str] = &[
    "id",
    "name",
    "status",
    "plan",
    "members",
    "documents",
    "storage_bytes",
    "legal_hold",
    "created_at",
];
const JOB: &[&str] =
    &["id", "organization_id", "organization_name", "kind", "error", "finished_at"];
const SESSION: &[&str] = &["id", "organization_id", "read_only", "expires_at", "ended_at", "token"];
const ANNOUNCEMENT: &[&str] = &["id", "starts_at", "ends_at", "operator", "message_en"];
const CERTIFICATE: &[&str] =
    &["organization_id", "created_at", "file_count", "journal_number", "journal_hash"];
const ENTRY: &[&str] = &["at", "operator", "action", "organization_id", "target_id", "reason"];

impl Operator {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        if let What::Key { name } = &self.what {
            return key::print(name).map(|()| ExitCode::SUCCESS);
        }
        let client = Client::new(self.url, self.key)?;
        self.what.run(&client, self.json).await.map(|()| ExitCode::SUCCESS)
    }
}

impl What {
    async fn run(self, client: &Client, json: bool) -> Result<()> {
        match self {
            Self::Key { .. } => Ok(()),
            Self::Organizations { what } => what.run(client, json).await,
            Self::Jobs { what } => what.run(client, json).await,
            Self::Impersonate { which, why } => {
                let body = json!({
                    "organization_id": which.organization.to_string(),
                    "reason": why.reason,
                });
                let begun = client.send(Method::POST, "impersonations", &[], Some(body)).await?;
                print(&begun, SESSION, json);
                Ok(())
            }
            Self::EndSession { session, place } => {
                let path = format!("impersonations/{session}/end");
                let ended = client.send(Method::POST, &path, &[], Some(place.body())).await?;
                print(&ended, SESSION, json);
                Ok(())
            }
            Self::Announce { de, en, from, until } => {
                let body = json!({
                    "message_de": de, "message_en": en, "starts_at": from, "ends_at": until,
                });
                let made = client.send(Method::POST, "announcements", &[], Some(body)).await?;
                print(&made, ANNOUNCEMENT, json);
                Ok(())
            }
            Self::Announcements => list(client, "announcements", &[], (ANNOUNCEMENT, json)).await,
            Self::Withdraw { announcement } => {
                let path = format!("announcements/{announcement}");
                client.send(Method::DELETE, &path, &[], None).await.map(drop)
            }
            Self::Certificates => list(client, "certificates", &[], (CERTIFICATE, json)).await,
            Self::Log => list(client, "log", &[], (ENTRY, json)).await,
        }
    }
}

impl Organizations {
    async fn run(self, client: &Client, json: bool) -> Result<()> {
        let (method, action, Changed { which, why }) = match self {
            Self::List { name } => {
                let query: Vec<_> = name.iter().map(|name| ("name", name.as_str())).collect();
                return list(client, "organizations", &query, (ORGANIZATION, json)).await;
            }
            Self::Show(Which { organization }) => {
                let path = format!("organizations/{organization}");
                let found = client.send(Method::GET, &path, &[], None).await?;
                print(&found, ORGANIZATION, json);
                return Ok(());
            }
            Self::Plan { changed: Changed { which, why }, plan, billing_reference } => {
                let path = format!("organizations/{}/plan", which.organization);
                let mut body = json!({"reason": why.reason});
                if let Some(plan) = plan {
                    body["plan"] = plan.into();
                }
                if let Some(reference) = billing_reference {
                    let is_none = reference.is_empty();
                    body["billing_reference"] = (!is_none).then_some(reference).into();
                }
                let changed = client.send(Method::PATCH, &path, &[], Some(body)).await?;
                print(&changed, ORGANIZATION, json);
                return Ok(());
            }
            Self::Suspend(changed) => (Method::POST, "suspend", changed),
            Self::Resume(changed) => (Method::POST, "resume", changed),
            Self::Hold(changed) => (Method::PUT, "legal-hold", changed),
            Self::Release(changed) => (Method::DELETE, "legal-hold", changed),
        };
        let path = format!("organizations/{}/{action}", which.organization);
        // A DELETE has no body.
        let changed = if method == Method::DELETE {
            client.send(method, &path, &[("reason", &why.reason)], None).await?
        } else {
            client.send(method, &path, &[], Some(json!({"reason": why.reason}))).await?
        };
        print(&changed, ORGANIZATION, json);
        Ok(())
    }
}

impl Jobs {
    async fn run(self, client: &Client, json: bool) -> Result<()> {
        match self {
            Self::Dead { organization } => {
                let organization = organization.map(|id| id.to_string());
                let query: Vec<_> =
                    organization.iter().map(|id| ("organization_id", id.as_str())).collect();
                list(client, "jobs", &query, (JOB, json)).await
            }
            Self::Retry { job, place } => {
                let path = format!("jobs/{job}/retry");
                let retried = client.send(Method::POST, &path, &[], Some(place.body())).await?;
                print(&retried, &["id", "organization_id", "kind", "state", "run_at"], json);
                Ok(())
            }
        }
    }
}

impl Place {
    fn body(&self) -> Value {
        json!({"organization_id": self.organization.to_string()})
    }
}

/// Prints all pages of a list.
async fn list(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
    (columns, json): (&[&str], bool),
) -> Result<()> {
    let items = client.pages(path, query).await?;
    print_list(&items, columns, json);
    Ok(())
}
