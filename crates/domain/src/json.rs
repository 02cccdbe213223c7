/// The text of a JSON object (RFC 8259) that the edge has already parsed and
/// bounded. The domain carries it and never looks inside, so that it need not
/// be decoded and encoded again on its way through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonObject(String);

impl JsonObject {
    /// The most bytes an object may have: 16 KiB.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Takes text that its parser vouches for.
    #[must_use]
    pub fn from_parsed(text: String) -> Self {
        Self(text)
    }

    /// The object's text, for who keeps it.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The object's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for JsonObject {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}
