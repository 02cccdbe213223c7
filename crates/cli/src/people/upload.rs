//! `plinth upload`.

mod bar;
mod memory;
mod source;
mod transfer;
mod tus;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Args;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::client::{Client, ServerArgs};
use crate::{
    failure::{Result, chain},
    output::{Output, line},
    table,
    terminal::{clean, note, say},
};
use memory::Memory;
use source::Source;
use tus::Tus;

/// How often a document is asked for while it is processed, and for how long.
const POLL: Duration = Duration::from_secs(1);
const PROCESSING_TIMEOUT: Duration = Duration::from_mins(15);

/// Upload files as documents
///
/// Goes on by itself when the connection is cut. After the end of the program, --resume goes on with
/// what was sent before, for a day. Prints a line for each document: identity, state and name.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth upload plan.pdf section.pdf --project ID --wait
  plinth upload --resume model.ifc --output json | jq -r .id"
)]
pub(crate) struct Upload {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The project that the documents belong to
    #[arg(long, value_name = "ID")]
    project: Option<Uuid>,

    /// Go on with uploads that an earlier run began
    #[arg(long)]
    resume: bool,

    /// Wait until the documents are processed, and fail for one that is not ready then
    #[arg(long)]
    wait: bool,

    /// The form of the answer; JSON is a line for each document
    #[arg(long, value_enum, default_value = "table")]
    output: Output,

    #[command(flatten)]
    server: ServerArgs,
}

impl Upload {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let Self { files, project, resume, wait, output, server } = self;
        let uploads = Uploads { client: server.client()?, project };
        let mut code = ExitCode::SUCCESS;
        for file in files {
            let name = clean(&file.display().to_string());
            match uploads.upload(file, resume, wait).await {
                Ok(document) => {
                    show(&document, output);
                    if wait && document["status"] != "ready" {
                        code = ExitCode::FAILURE;
                    }
                }
                // The other files are uploaded all the same.
                Err(error) => {
                    note(&format!("error: {name}: {}", chain(&*error)));
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }
}

struct Uploads {
    client: Client,
    project: Option<Uuid>,
}

impl Uploads {
    /// Uploads a file, and returns the document.
    async fn upload(&self, file: PathBuf, resume: bool, wait: bool) -> Result<Value> {
        let source = Source::of(file)?;
        let tus = Tus { client: &self.client };
        let place = format!("{} {}", self.client.server().base(), self.project.unwrap_or_default());
        let memory = Memory::of(self.client.store(), source.key(&place));
        let begun = if resume { Self::begun(&tus, &source, &memory).await? } else { None };
        let id = match begun {
            Some(id) => id,
            None => self.begin(&tus, &source, &memory).await?,
        };
        let document = transfer::run(&tus, &source, &id).await?;
        memory.forget().await;
        self.document(&document, wait).await
    }

    async fn begin(&self, tus: &Tus<'_>, source: &Source, memory: &Memory) -> Result<String> {
        let id = tus.create(source, self.project).await?;
        memory.keep(&id).await;
        Ok(id)
    }

    /// The upload of an earlier run, if the server still has it.
    async fn begun(tus: &Tus<'_>, source: &Source, memory: &Memory) -> Result<Option<String>> {
        let Some(id) = memory.upload() else { return Ok(None) };
        Ok(match tus.find(&id).await? {
            Some(state) if state.offset <= source.size => Some(id),
            _ => None,
        })
    }

    /// The document, where `wait` is set once it is processed.
    async fn document(&self, id: &str, wait: bool) -> Result<Value> {
        let url = self.client.server().url(["api", "v1", "documents", id])?;
        let until = Instant::now() + PROCESSING_TIMEOUT;
        loop {
            let document = self.client.get(&url).await?;
            let is_open = matches!(document["status"].as_str(), Some("pending" | "processing"));
            if !wait || !is_open {
                return Ok(document);
            }
            if Instant::now() >= until {
                return Err(format!("the document {id} is not processed yet").into());
            }
            sleep(POLL).await;
        }
    }
}

fn show(document: &Value, output: Output) {
    let text = |field: &str| table::text(&document[field]);
    match output {
        Output::Json => say(&line(document)),
        Output::Table => say(&format!("{}  {:10}  {}", text("id"), text("status"), text("name"))),
    }
}
