//! `plinth call`: any operation of the API.

use std::{
    fs::File,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use plinth_settings::Url;
use reqwest::{
    RequestBuilder, Response,
    header::{CONTENT_TYPE, IF_MATCH},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        client::{Client, ServerArgs},
        document::{Document, Operation, is_json},
        server,
    },
    body::DataArgs,
};
use crate::{failure::Result, output::Output, terminal::clean};

/// Call an operation of the API by its name
///
/// The names are those of the server's OpenAPI document (`operationId`). Arguments are parameters of the
/// path, the query or the headers, and otherwise fields of the body. An answer that is no JSON goes to
/// --out or into a pipe as it is.
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  plinth call issue_invoice id=ID
  plinth call get_document_content id=ID --out plan.pdf
  plinth call import_parties --data @parties.csv"
)]
pub(crate) struct Call {
    /// The operation
    operation: String,

    /// Parameters and fields: name=value, or name:=JSON for a field
    #[arg(value_name = "NAME=VALUE")]
    arguments: Vec<String>,

    #[command(flatten)]
    data: DataArgs,

    /// Write the answer to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// The form of an answer in JSON
    #[arg(long, value_enum, default_value = "table")]
    output: Output,

    #[command(flatten)]
    server: ServerArgs,
}

/// The arguments by where they go.
#[derive(Default)]
struct Places {
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    fields: Vec<String>,
}

impl Call {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let client = self.server.client()?;
        let document = Document::of(&client).await?;
        let operation = document
            .named(&self.operation)
            .ok_or_else(|| format!("the server has no operation `{}`", clean(&self.operation)))?;
        let places = Places::of(&operation, self.arguments);
        let url = places.url(&client, &operation)?;
        let server = client.server();
        let method = operation.method.clone();
        let mut request = if operation.answer().is_some() {
            server.request(method, url)
        } else {
            server.transfer(method, url)
        };
        if !places.has_header(KEY) {
            request = repeatable(request, &operation);
        }
        if !places.has_header(IF_MATCH.as_str()) {
            request = matching(request, &operation, None);
        }
        for (name, value) in &places.headers {
            request = request.header(name, value);
        }
        request = match operation.body() {
            Some((kind, _)) if !is_json(kind) && kind != "multipart/form-data" => {
                let body = self.data.bytes().await?.ok_or("it needs --data @FILE")?;
                request.header(CONTENT_TYPE, kind).body(body)
            }
            _ => {
                let body = self.data.json(&document, &operation, &places.fields).await?;
                with_body(request, &operation, body.as_ref())
            }
        };
        let response = client.send(request).await?;
        receive(response, self.out, self.output).await?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Places {
    fn of(operation: &Operation<'_>, arguments: Vec<String>) -> Self {
        let mut places = Self::default();
        for argument in arguments {
            let named = argument.split_once('=').and_then(|(name, value)| {
                let parameter = operation
                    .parameters()
                    .find(|parameter| parameter.name.eq_ignore_ascii_case(name))?;
                Some((parameter, value.to_owned()))
            });
            let Some((parameter, value)) = named else {
                places.fields.push(argument);
                continue;
            };
            let place = match parameter.place {
                "path" => &mut places.path,
                "query" => &mut places.query,
                _ => &mut places.headers,
            };
            place.push((parameter.name.to_owned(), value));
        }
        places
    }

    /// The URL with the path and the query.
    fn url(&self, client: &Client, operation: &Operation<'_>) -> Result<Url> {
        let mut path = Vec::new();
        for segment in operation.segments() {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            path.push(match name {
                None => segment,
                Some(name) => self
                    .path
                    .iter()
                    .find_map(|(given, value)| (given == name).then_some(value.as_str()))
                    .ok_or_else(|| format!("{} needs {name}=…", operation.id()))?,
            });
        }
        let mut url = client.server().url(path)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name))
    }
}

const KEY: &str = "Idempotency-Key";

/// A request that a repetition does not do twice, where the operation knows such.
pub(super) fn repeatable(request: RequestBuilder, operation: &Operation<'_>) -> RequestBuilder {
    if operation.takes(KEY) { request.header(KEY, key()) } else { request }
}

#[expect(clippy::disallowed_methods, reason = "it is random and leaves this program in a header")]
fn key() -> String {
    Uuid::new_v4().to_string()
}

/// A request on this version of the record, or on any.
pub(super) fn matching(
    request: RequestBuilder,
    operation: &Operation<'_>,
    version: Option<u64>,
) -> RequestBuilder {
    let tag = version.map_or_else(|| "*".to_owned(), |version| format!("\"{version}\""));
    if operation.takes("If-Match") { request.header(IF_MATCH, tag) } else { request }
}

/// A request with the JSON of an operation's body, if it takes one.
pub(super) fn with_body(
    request: RequestBuilder,
    operation: &Operation<'_>,
    body: Option<&Value>,
) -> RequestBuilder {
    match operation.body().zip(body) {
        Some(((kind, _), body)) => request.header(CONTENT_TYPE, kind).body(body.to_string()),
        None => request,
    }
}

/// Prints an answer, or writes it to a file.
async fn receive(mut response: Response, out: Option<PathBuf>, output: Output) -> Result<()> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let is_answered = is_json(kind.split(';').next().unwrap_or_default().trim());
    let mut target: Box<dyn Write> = match out {
        Some(path) => Box::new(
            File::create(&path)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?,
        ),
        None if is_answered => {
            output.record(&server::json(response).await?);
            return Ok(());
        }
        None if io::stdout().is_terminal() && !kind.is_empty() => {
            return Err(format!("the answer is {}: add --out FILE", clean(&kind)).into());
        }
        None => Box::new(io::stdout()),
    };
    while let Some(chunk) = response.chunk().await? {
        target.write_all(&chunk)?;
    }
    target.flush()?;
    Ok(())
}
