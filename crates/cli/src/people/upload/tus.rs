//! The protocol tus 1.0.0, as far as a client needs it (<https://tus.io/protocols/resumable-upload>).

use std::{
    io::SeekFrom,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::TryStreamExt;
use plinth_settings::Url;
use reqwest::{
    Body, Method, RequestBuilder, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION},
};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::{super::client::Client, source::Source};
use crate::{failure::Result, problem::Problem};

const VERSION: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// How many bytes of a file are read at once.
const PIECE: usize = 64 << 10;

/// The uploads of a server.
pub(super) struct Tus<'c> {
    pub(super) client: &'c Client,
}

/// How far an upload has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) offset: u64,
    /// The identity of the document that it leads to.
    pub(super) document: String,
}

impl Tus<'_> {
    /// Begins an upload, and returns its identity.
    pub(super) async fn create(&self, source: &Source, project: Option<Uuid>) -> Result<String> {
        let server = self.client.server();
        let request = server.request(Method::POST, server.api("uploads")?);
        let request = versioned(request)
            .header("Upload-Length", source.size)
            .header("Upload-Metadata", metadata(&source.name, project));
        let created = self.client.send(request).await?;
        let id = last(created.headers(), LOCATION.as_str());
        Ok(id.ok_or("the server names no upload")?)
    }

    /// How far an upload has come; `None` if there is none.
    pub(super) async fn find(&self, id: &str) -> Result<Option<State>> {
        match self.state(id).await {
            Ok(state) => Ok(Some(state)),
            Err(error) => match error.downcast_ref::<Problem>() {
                Some(problem) if matches!(problem.status, 404 | 410) => Ok(None),
                _ => Err(error),
            },
        }
    }

    pub(super) async fn state(&self, id: &str) -> Result<State> {
        let request = self.client.server().request(Method::HEAD, self.url(id)?);
        State::of(&self.client.send(versioned(request)).await?)
    }

    /// Sends the rest of a file. `sent` grows with it from `offset` on.
    pub(super) async fn append(
        &self,
        id: &str,
        source: &Source,
        offset: u64,
        sent: Arc<AtomicU64>,
    ) -> Result<State> {
        let mut file = File::open(&source.path).await?;
        file.seek(SeekFrom::Start(offset)).await?;
        let rest = source.size.saturating_sub(offset);
        let pieces = ReaderStream::with_capacity(file.take(rest), PIECE);
        let pieces = pieces.inspect_ok(move |piece| {
            sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
        });
        let request = self.client.server().transfer(Method::PATCH, self.url(id)?);
        let request = versioned(request)
            .header(CONTENT_TYPE, "application/offset+octet-stream")
            .header(CONTENT_LENGTH, rest)
            .header("Upload-Offset", offset)
            .body(Body::wrap_stream(pieces));
        State::of(&self.client.send(request).await?)
    }

    fn url(&self, id: &str) -> Result<Url> {
        self.client.server().url(["api", "v1", "uploads", id])
    }
}

impl State {
    fn of(response: &Response) -> Result<Self> {
        Self::read(response.headers()).ok_or_else(|| "the server answers no upload".into())
    }

    fn read(headers: &HeaderMap) -> Option<Self> {
        let offset = headers.get("Upload-Offset")?.to_str().ok()?.parse().ok()?;
        Some(Self { offset, document: last(headers, "Plinth-Document")? })
    }
}

fn versioned(request: RequestBuilder) -> RequestBuilder {
    request.header(VERSION.0, VERSION.1)
}

/// The last segment of the path in a header.
fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let path = headers.get(name)?.to_str().ok()?;
    path.rsplit('/').next().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// `Upload-Metadata`: pairs of a key and a value in Base64.
fn metadata(name: &str, project: Option<Uuid>) -> String {
    let mut pairs = vec![format!("filename {}", STANDARD.encode(name))];
    pairs.extend(project.map(|id| format!("project_id {}", STANDARD.encode(id.to_string()))));
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn names_and_projects_are_sent_in_base64() {
        assert_eq!(metadata("plän.pdf", None), "filename cGzDpG4ucGRm");
        let project = metadata("a", Some(Uuid::nil()));
        assert!(project.starts_with("filename YQ==,project_id MDAwMDAwMDAt"), "{project}");
    }

    #[test]
    fn the_state_of_an_upload_is_read_behind_any_prefix() {
        let mut headers = HeaderMap::new();
        assert_eq!(State::read(&headers), None);
        headers.insert("upload-offset", HeaderValue::from_static("42"));
        let path = HeaderValue::from_static("/plinth/api/v1/documents/7");
        headers.insert("plinth-document", path);
        let expected = State { offset: 42, document: "7".to_owned() };
        assert_eq!(State::read(&headers), Some(expected));
    }
}
