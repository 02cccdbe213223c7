//! The client of the API of operators.

use std::{fmt::Write, time::Duration};

use plinth_settings::Url;
use reqwest::{Method, redirect::Policy};
use serde_json::Value;

use crate::failure::Result;

const TIMEOUT: Duration = Duration::from_mins(1);

/// The most pages that are read of a list: 10,000 items.
const PAGES: usize = 50;

pub(super) struct Client {
    http: reqwest::Client,
    /// With a slash at its end.
    base: Url,
    key: String,
}

impl Client {
    pub(super) fn new(mut base: Url, key: Option<String>) -> Result<Self> {
        let key = key.ok_or("set PLINTH_OPERATOR_KEY to the key of an operator")?;
        if !is_private(&base) {
            return Err("the key would travel without encryption: use https".into());
        }
        let path = format!("{}/operator/v1/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        let http = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none()).build()?;
        Ok(Self { http, base, key })
    }

    /// Sends a request. Returns the answer; `null` for an empty one.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Value> {
        let mut url = self.base.join(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() { Ok(answer) } else { Err(problem(status.as_u16(), &answer).into()) }
    }

    /// The items of all pages of a list.
    pub(super) async fn pages(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Value>> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let mut query = [query, &[("limit", "200")]].concat();
            query.extend(cursor.iter().map(|cursor| ("cursor", cursor.as_str())));
            let mut page = self.send(Method::GET, path, &query, None).await?;
            if let Value::Array(data) = page["data"].take() {
                items.extend(data);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        Ok(items)
    }
}

/// Whether the key is hidden on its way to the server: by TLS, or because it stays on this machine.
fn is_private(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_here = host == "localhost" || host == "[::1]" || host.starts_with("127.");
    url.scheme() == "https" || url.scheme() == "http" && is_here
}

/// What went wrong, in words.
fn problem(status: u16, answer: &Value) -> String {
    let text = |field: &str| answer[field].as_str().unwrap_or_default();
    let mut message = format!("{status} {}: {}", text("code"), text("detail"));
    for fault in answer["errors"].as_array().into_iter().flatten() {
        let part = |field: &str| fault[field].as_str().unwrap_or_default();
        let place = [part("pointer"), part("parameter")].concat();
        let _ = write!(message, "\n  {place} {}: {}", part("code"), part("detail"));
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_travels_with_tls_or_on_this_machine_only() {
        for (url, is_it) in [
            ("https://ops.example.com", true),
            ("http://127.0.0.1:9090", true),
            ("http://localhost:9090", true),
            ("http://[::1]:9090", true),
            ("http://ops.example.com", false),
            ("http://10.0.0.1:9090", false),
            ("ftp://localhost", false),
        ] {
            assert_eq!(is_private(&Url::parse(url).unwrap()), is_it, "{url}");
        }
    }

    #[test]
    fn a_problem_names_every_fault() {
        let fault =
            json!({"pointer": "/reason", "code": "text.empty", "detail": "must not be empty"});
        let answer = json!({"code": "body.invalid", "detail": "a value", "errors": [fault]});
        let said = problem(422, &answer);
        assert_eq!(said, "422 body.invalid: a value\n  /reason text.empty: must not be empty");
    }
}
