use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::{
    declaration::section,
    readers::{BaseUrl, Flag, Maybe, Number, SecretText, Span, Unit::Seconds, Word},
    setting::plain,
};

section! {
    "agents"
    /// The sidecar that runs agents. API and worker need the same address.
    pub struct Agents {
        /// Where the sidecar is, as `http://host:port` or `unix:/path`. Without it, there are no runs
        /// of agents.
        address: Option<String> = "address" by Maybe(Word), plain().example("http://127.0.0.1:8070");

        /// What the sidecar has as `PLINTH_AGENTS_TOKEN`.
        token: Option<SecretString> = "token" by Maybe(SecretText { at_least: 32 }),
            plain().example("$(openssl rand -hex 32)");

        /// Whether the sidecar may be on another machine, though the connection is not encrypted: token
        /// and keys of runs cross the network as they are.
        allow_plain: bool = "allow_plain" by Flag, plain().default("false");

        /// Where the sidecar reaches this API.
        api_url: Url = "api_url" by BaseUrl, plain().default("http://127.0.0.1:8080");

        /// Maximum number of runs that a worker has at the sidecar at the same time; one organization has
        /// half of them. The sidecar takes as many as its `PLINTH_AGENTS_CONCURRENCY`.
        concurrency: u16 = "concurrency" by Number(1, 256), plain().default("8");

        /// How long one part of a run may take: to its end, or to a question to a person.
        timeout: Duration = "timeout_seconds" by Span(Seconds, 10, 3600), plain().default("600");
    }
}
