use secrecy::{ExposeSecret, SecretString};

/// The most bytes of what was asked, and of what was answered, in a span.
pub(super) const MOST: usize = 16 * 1024;

/// What a message, or a part of one, takes beside its text.
const FRAME: usize = 64;

/// Takes texts into a span until it is full, without the secret of the call.
pub(super) struct Content<'a> {
    secret: Option<&'a SecretString>,
    left: usize,
}

impl<'a> Content<'a> {
    pub(super) fn without(secret: Option<&'a SecretString>) -> Self {
        Self { secret, left: MOST }
    }

    /// Room for another message or part; `false` once all of it is used.
    pub(super) fn frame(&mut self) -> bool {
        let fits = self.left >= FRAME;
        self.left = self.left.saturating_sub(FRAME);
        fits
    }

    /// As much of a text as there is room for.
    pub(super) fn text(&mut self, text: &str) -> String {
        let secret = self.secret.map(ExposeSecret::expose_secret);
        let mut text = match secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => text.replace(secret, "[secret]"),
            None => text.to_owned(),
        };
        text.truncate(text.floor_char_boundary(self.left));
        self.left -= text.len();
        text
    }
}
