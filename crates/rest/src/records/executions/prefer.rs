//! `Prefer` (RFC 7240): how long the client waits, or whether it waits at all.

use std::time::Duration;

/// What the client prefers. Preferences that are not known, or not well-formed, are ignored, as
/// RFC 7240 says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    /// How long it waits.
    pub(super) wait: Option<Duration>,
    /// Whether it does not wait.
    pub(super) respond_async: bool,
}

impl Prefer {
    pub(super) fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut prefer = Self::default();
        for preference in values.flat_map(|value| value.split(',')) {
            let preference = preference.split(';').next().unwrap_or_default();
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("respond-async") {
                prefer.respond_async = true;
            } else if name.eq_ignore_ascii_case("wait") && prefer.wait.is_none() {
                prefer.wait = value.parse().ok().map(Duration::from_secs);
            }
        }
        prefer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_well_formed_preference_of_a_name_counts() {
        let parse = |text: &str| Prefer::parse([text].into_iter());
        let wait = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(parse("wait=10").wait, wait(10));
        assert_eq!(parse("respond-async, Wait=\"5\"; x, wait=9").wait, wait(5));
        assert!(parse("respond-async").respond_async);
        assert_eq!(parse("wait=soon, respond_async"), Prefer::default());
        assert_eq!(parse("wait=-1").wait, None);
    }
}
