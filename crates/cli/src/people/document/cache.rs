//! The document of each server, kept by its `ETag`.

use std::fmt::Write;

use plinth_settings::Url;
use reqwest::{
    Method, Response, StatusCode,
    header::{ETAG, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};

use super::super::{
    client::Client,
    server::{self, Server},
    store::Store,
};
use crate::failure::Result;

/// The most bytes of a document that are read.
const BYTES: usize = 64 << 20;

/// A document and the `ETag` under which the server has it.
struct Kept {
    tag: String,
    text: Vec<u8>,
}

/// The document as JSON.
pub(super) async fn document(client: &Client) -> Result<Vec<u8>> {
    let store = client.store();
    let file = file(client.server().base());
    let kept = store.as_ref().and_then(|store| Kept::read(store, &file));
    if let Some(kept) = kept {
        let response = ask(client, Some(&kept.tag)).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(kept.text);
        }
        return receive(response, store.as_ref(), &file).await;
    }
    receive(ask(client, None).await?, store.as_ref(), &file).await
}

async fn ask(client: &Client, tag: Option<&str>) -> Result<Response> {
    let server: &Server = client.server();
    let mut request = server.request(Method::GET, server.api("openapi.json")?);
    if let Some(tag) = tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    client.send(request).await
}

async fn receive(response: Response, store: Option<&Store>, file: &str) -> Result<Vec<u8>> {
    let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let text = server::bytes(response, BYTES).await?;
    if let Some((store, tag)) = store.zip(tag) {
        // Without a place to keep it, it is read each time.
        let _ = store.replace(file, &[tag.as_bytes(), b"\n", text.as_slice()].concat());
    }
    Ok(text)
}

impl Kept {
    /// What was kept: a line with the tag, and the document.
    fn read(store: &Store, file: &str) -> Option<Self> {
        let content = store.read(file).ok()??;
        let end = content.iter().position(|byte| *byte == b'\n')?;
        let tag = String::from_utf8(content[..end].to_vec()).ok()?;
        Some(Self { tag, text: content[end + 1..].to_vec() })
    }
}

/// The name of the file of a server.
fn file(base: &Url) -> String {
    let digest = Sha256::digest(base.as_str());
    digest.iter().take(8).fold("openapi-".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_document_has_its_tag_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("plinth"));
        assert!(Kept::read(&store, "file").is_none());
        store.replace("file", b"W/\"1\"\n{}\n").unwrap();
        let kept = Kept::read(&store, "file").unwrap();
        assert_eq!((&*kept.tag, kept.text.as_slice()), ("W/\"1\"", b"{}\n".as_slice()));
        store.replace("file", b"no line").unwrap();
        assert!(Kept::read(&store, "file").is_none());
    }

    #[test]
    fn two_servers_have_two_files() {
        let of = |url: &str| file(&Url::parse(url).unwrap());
        assert_ne!(of("https://a.example/"), of("https://b.example/"));
    }
}
