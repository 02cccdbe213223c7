use plinth_domain::Code;

use crate::{
    api_keys, auth, documents, etag, events, gateway, idempotency, import, json, list, members,
    middleware, path, problem, transfer, uploads,
};

/// The codes of HTTP itself, in groups.
const HTTP: &[&[Code]] = &[
    problem::CODES,
    problem::from_application::CODES,
    middleware::codes::CODES,
    path::CODES,
    etag::CODES,
    idempotency::CODES,
    list::codes::CODES,
    json::codes::CODES,
    import::codes::CODES,
    transfer::CODES,
    auth::OIDC_CODES,
    api_keys::CODES,
    members::CODES,
    documents::codes::CODES,
    uploads::codes::CODES,
    events::codes::CODES,
    gateway::CODES,
];

/// Every code that a problem or one of its faults can carry. `/docs/problems` shows them; a
/// problem's `type` links to it.
pub fn codes() -> impl Iterator<Item = Code> {
    [HTTP, plinth_application::CODES, plinth_ports::CODES, plinth_domain::CODES]
        .into_iter()
        .flatten()
        .flat_map(|group| group.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::codes;

    #[test]
    fn a_code_is_declared_once() {
        let mut seen = HashSet::new();
        for code in codes() {
            assert!(seen.insert(code.name()), "{code} is declared twice");
        }
    }
}
