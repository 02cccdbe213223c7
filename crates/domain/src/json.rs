/// The text of a JSON object (RFC 8259) that the HTTP layer has already parsed and limited. The
/// domain never parses it, which saves decoding and encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonObject(String);

impl JsonObject {
    /// The maximum length of the stored text in bytes: 16 KiB.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Wraps the text of an object that was parsed before.
    #[must_use]
    pub fn from_parsed(text: String) -> Self {
        Self(text)
    }

    /// The object's text, without a copy.
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

/// The text of any JSON value (RFC 8259) that the HTTP layer has already parsed and limited, in the form
/// in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Wraps the text of a value that was parsed before.
    #[must_use]
    pub fn from_parsed(text: String) -> Self {
        Self(text)
    }

    /// The value's text.
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
