//! The files of a site for browsers, compressed ahead.

use std::{collections::BTreeMap, iter};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, AcceptEncoding, ContentEncoding, Encoding},
    },
};
use bytes::Bytes;

use crate::{etag, problem::ApiError};

/// The files of a site, by their path below it.
#[derive(Default)]
pub struct Assets(BTreeMap<String, Asset>);

/// A file.
pub struct Asset {
    /// The bytes.
    pub content: Bytes,
    /// The bytes compressed by Brotli.
    pub brotli: Option<Bytes>,
    /// The bytes compressed by gzip.
    pub gzip: Option<Bytes>,
}

impl Assets {
    /// The site of these files.
    #[must_use]
    pub fn new<P: Into<String>>(files: impl IntoIterator<Item = (P, Asset)>) -> Self {
        Self(files.into_iter().map(|(path, asset)| (path.into(), asset)).collect())
    }

    /// The file at a path, which is compared as a whole: there is no folder to leave.
    pub(crate) fn get(&self, path: &str) -> Option<&Asset> {
        self.0.get(path)
    }

    /// The paths of the files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Asset {
    /// Answers a file whose name changes with its bytes.
    pub(crate) fn immutable(&self, request: &HttpRequest, path: &str) -> HttpResponse {
        let (encoding, bytes) = self.chosen(request);
        let mut response = self.begin(path, encoding);
        response
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(bytes.clone())
    }

    /// Answers a file that has to be asked for again before it is used again.
    pub(crate) fn fresh(
        &self,
        request: &HttpRequest,
        path: &str,
    ) -> Result<HttpResponse, ApiError> {
        let (encoding, bytes) = self.chosen(request);
        let mut response = self.begin(path, encoding);
        // The tag names the bytes that are sent, so that nothing after this compresses them.
        let tag = etag::of_bytes(bytes);
        response
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::ETAG, etag::quoted(&tag)));
        if etag::is_known(request, &tag)? {
            return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
        }
        Ok(response.body(bytes.clone()))
    }

    fn begin(&self, path: &str, encoding: ContentEncoding) -> HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        response.content_type(media_type(path));
        if self.brotli.is_some() || self.gzip.is_some() {
            // The server's middleware takes `identity` away, and compresses no answer that has it.
            response
                .insert_header((header::CONTENT_ENCODING, encoding))
                .insert_header((header::VARY, "Accept-Encoding"));
        }
        response
    }

    /// The form to send: the smallest one that the client accepts.
    fn chosen(&self, request: &HttpRequest) -> (ContentEncoding, &Bytes) {
        let accepted: Option<AcceptEncoding> = request.get_header();
        let is_accepted = |encoding: ContentEncoding| {
            let encoding = Encoding::Known(encoding);
            let chosen = accepted.as_ref().and_then(|list| list.negotiate(iter::once(&encoding)));
            chosen.is_some_and(|chosen| chosen == encoding)
        };
        let forms = [(ContentEncoding::Brotli, &self.brotli), (ContentEncoding::Gzip, &self.gzip)];
        let found = forms
            .into_iter()
            .filter_map(|(encoding, form)| Some((encoding, form.as_ref()?)))
            .find(|(encoding, _)| is_accepted(*encoding));
        found.unwrap_or((ContentEncoding::Identity, &self.content))
    }
}

/// The media type of a file, by the ending of its name.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
