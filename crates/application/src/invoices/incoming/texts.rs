use plinth_domain::{Lines, Name, Text};

/// A text cut to what fits; `None` where nothing readable is left.
pub(super) fn short<const MAX: usize>(text: Option<&str>) -> Option<Text<MAX>> {
    Text::parse(&cut(text?, MAX)).ok()
}

/// Lines cut to what fits.
pub(super) fn lines<const MAX: usize>(text: &str) -> Option<Lines<MAX>> {
    Lines::parse(&cut(text, MAX)).ok()
}

/// A name cut to what fits.
pub(super) fn name(text: Option<&str>) -> Option<Name> {
    Name::parse(&cut(text?, Name::MAX)).ok()
}

pub(super) fn cut(text: &str, limit: usize) -> String {
    text.trim().chars().take(limit).collect()
}
