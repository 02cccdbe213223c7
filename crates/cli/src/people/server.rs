//! HTTP to one server.

use std::time::Duration;

use plinth_settings::Url;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, RETRY_AFTER},
    redirect::Policy,
};
use serde_json::Value;

use crate::{failure::Result, problem::Problem};

/// The most that a request takes, with its answer.
const TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of an answer in JSON that are read.
const JSON_BYTES: usize = 64 << 20;

/// The most bytes of a problem that are read.
const PROBLEM_BYTES: usize = 1 << 20;

/// A server, without a credential.
#[derive(Debug)]
pub(super) struct Server {
    http: reqwest::Client,
    /// With a slash at its end.
    base: Url,
}

impl Server {
    /// `base` is one of [`super::address::base`].
    pub(super) fn new(base: Url) -> Result<Self> {
        let agent = concat!("plinth/", env!("CARGO_PKG_VERSION"));
        let http = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::none())
            // HTTP/2 has no upgrade to a WebSocket that servers have in common.
            .http1_only()
            .build()?;
        Ok(Self { http, base })
    }

    pub(super) const fn base(&self) -> &Url {
        &self.base
    }

    /// The URL of a path. Each part of the path is one segment.
    pub(super) fn url<'s>(&self, path: impl IntoIterator<Item = &'s str>) -> Result<Url> {
        let path: Vec<_> = path.into_iter().collect();
        if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return Err("a part of the path is empty, `.` or `..`".into());
        }
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| "the address of the server cannot have a path")?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    /// The URL of a path below `/api/v1/`.
    pub(super) fn api(&self, path: &str) -> Result<Url> {
        Ok(self.base.join("api/v1/")?.join(path)?)
    }

    /// A request whose answer is read in time.
    pub(super) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.transfer(method, url).timeout(TIMEOUT).header(ACCEPT, "application/json")
    }

    /// A request that may take any time.
    pub(super) fn transfer(&self, method: Method, url: Url) -> RequestBuilder {
        self.http.request(method, url)
    }

    /// Posts a body without a credential.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::POST, self.api(path)?).json(body);
        json(accepted(request.send().await?).await?).await
    }
}

/// The answer, unless it is a problem.
pub(super) async fn accepted(response: Response) -> Result<Response> {
    let status = response.status();
    let is_fine = status.is_success()
        || matches!(status, StatusCode::SWITCHING_PROTOCOLS | StatusCode::NOT_MODIFIED);
    if is_fine {
        return Ok(response);
    }
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wait = seconds.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let body = bytes(response, PROBLEM_BYTES).await.unwrap_or_default();
    Err(Problem::of(status.as_u16(), wait, &body).into())
}

/// The JSON of an answer; `null` for an empty one.
pub(super) async fn json(response: Response) -> Result<Value> {
    let body = bytes(response, JSON_BYTES).await?;
    if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
}

/// The bytes of an answer, which has at most so many.
pub(super) async fn bytes(mut response: Response, most: usize) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(format!("the answer has more than {} MiB", most >> 20).into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Server {
        Server::new(Url::parse("https://example.com/plinth/").unwrap()).unwrap()
    }

    #[test]
    fn a_path_keeps_the_prefix_and_what_a_user_names_stays_one_segment() {
        let url = server().url(["api", "v1", "projects", "a/b?c"]).unwrap();
        assert_eq!(url.as_str(), "https://example.com/plinth/api/v1/projects/a%2Fb%3Fc");
        assert_eq!(server().api("me").unwrap().as_str(), "https://example.com/plinth/api/v1/me");
    }

    #[test]
    fn no_segment_leads_to_another_record() {
        for segment in ["", ".", ".."] {
            assert!(server().url(["api", "v1", "projects", segment]).is_err(), "{segment:?}");
        }
    }
}
