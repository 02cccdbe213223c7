//! The client of the API of operators.

use std::time::Duration;

use plinth_settings::Url;
use reqwest::{Method, redirect::Policy};
use serde_json::Value;

use crate::{failure::Result, host::is_private, problem::Problem};

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
        if !status.is_success() {
            return Err(Problem::of(status.as_u16(), None, text.as_bytes()).into());
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
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
