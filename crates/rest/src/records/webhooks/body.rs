use std::collections::BTreeMap;

use plinth_application::webhooks::{CreateWebhook, WebhookUpdate};
use plinth_domain::{
    EventPattern, Invalid, Lines, MAX_EVENT_PATTERNS, Patch, WebhookChanges, WebhookDraft,
    WebhookHeaders, WebhookUrl, codes,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::json::{Faults, Form, Merge};

/// A new webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// A public address, by HTTPS; the operator may allow others.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[!-~]+$",
        example = "https://example.com/hooks/plinth"
    )]
    url: String,
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
    )]
    description: Option<String>,
    /// Which events it gets: `*`, `project.*`, `project.created`. `GET /webhooks/events` lists them.
    #[schema(min_items = 1, max_items = 50, example = json!(["project.*", "invoice.issued"]))]
    events: Vec<String>,
    /// Defaults to `true`.
    enabled: Option<bool>,
    /// Headers that are sent with each event: at most 10, with 2,500 characters in all. Their values
    /// are stored encrypted and never shown.
    #[schema(example = json!({"authorization": "Bearer …"}))]
    headers: Option<BTreeMap<String, String>>,
}

impl Form for NewWebhook {
    type Value = CreateWebhook;

    fn check(self, f: &mut Faults) -> Option<CreateWebhook> {
        let url = f.check("/url", WebhookUrl::parse(&self.url));
        let description =
            f.check_some("/description", self.description, |text| Lines::parse(&text));
        let events = events(f, &self.events);
        let headers = headers(f, self.headers.unwrap_or_default());
        let draft = WebhookDraft {
            url: url?,
            description: description?,
            events: events?,
            enabled: self.enabled.unwrap_or(true),
        };
        Some(CreateWebhook { draft, headers: headers? })
    }
}

/// A change to a webhook: a merge patch (RFC 7396). `events` and `headers` are replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookPatch {
    /// A new address needs the `headers` again, or `null`, where there are any.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 2000, pattern = "^[!-~]+$", example = "https://example.com/hooks/plinth")]
    url: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$")]
    description: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 50, example = json!(["*"]))]
    events: Merge<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = bool)]
    enabled: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    headers: Merge<BTreeMap<String, String>>,
}

impl Form for WebhookPatch {
    type Value = WebhookUpdate;

    fn check(self, f: &mut Faults) -> Option<WebhookUpdate> {
        let url = self.url.required(f, "/url", |text| WebhookUrl::parse(&text));
        let description = self.description.optional(f, "/description", |text| Lines::parse(&text));
        let patterns = self.events.required(f, "/events", Ok);
        let patterns = patterns.and_then(|patterns| match patterns {
            Some(patterns) => events(f, &patterns).map(Some),
            None => Some(None),
        });
        let enabled = self.enabled.required(f, "/enabled", Ok);
        let given = self.headers.optional(f, "/headers", Ok);
        let given = given.and_then(|given| match given {
            Patch::Set(given) => headers(f, given).map(Patch::Set),
            Patch::Clear => Some(Patch::Clear),
            Patch::Keep => Some(Patch::Keep),
        });
        let changes = WebhookChanges {
            url: url?,
            description: description?,
            events: patterns?,
            enabled: enabled?,
            headers: Patch::Keep,
        };
        Some(WebhookUpdate { changes, headers: given? })
    }
}

/// The patterns, each with its fault at its own place.
fn events(f: &mut Faults, patterns: &[String]) -> Option<Vec<EventPattern>> {
    if patterns.is_empty() {
        return f.check("/events", Err(Invalid::new(codes::LIST_EMPTY, "at least one pattern")));
    }
    if patterns.len() > MAX_EVENT_PATTERNS {
        let detail = format!("at most {MAX_EVENT_PATTERNS} patterns");
        return f.check("/events", Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
    }
    let parsed = patterns.iter().enumerate();
    let parsed: Vec<_> = parsed
        .map(|(index, text)| f.check(&format!("/events/{index}"), EventPattern::parse(text)))
        .collect();
    let parsed: Vec<_> = parsed.into_iter().collect::<Option<_>>()?;
    let is_repeated = |index: usize| parsed[..index].contains(&parsed[index]);
    if let Some(index) = (0..parsed.len()).find(|index| is_repeated(*index)) {
        let invalid = Invalid::new(codes::VALUE_REPEATED, "each pattern once");
        return f.check(&format!("/events/{index}"), Err(invalid));
    }
    Some(parsed)
}

fn headers(f: &mut Faults, given: BTreeMap<String, String>) -> Option<WebhookHeaders> {
    match WebhookHeaders::parse(given) {
        Ok(headers) => Some(headers),
        Err((name, invalid)) if name.is_empty() => f.check("/headers", Err(invalid)),
        Err((name, invalid)) => {
            // RFC 6901, section 3.
            let name = name.replace('~', "~0").replace('/', "~1");
            f.check(&format!("/headers/{name}"), Err(invalid))
        }
    }
}
