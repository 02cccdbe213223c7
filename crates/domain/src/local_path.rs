use crate::{Invalid, codes};

crate::codes! {
    PATH_NOT_LOCAL = "path.not_local",
        "A value is no path of the own origin, such as /projects?status=active.";
}

/// A path of a client's own origin: `/projects?status=active#7`. A browser that goes there stays at its
/// origin, however it reads the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// The maximum length in bytes.
    pub const MAX: usize = 500;

    /// Parses a path: printable ASCII without blanks and backslashes, which begins with one slash.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > Self::MAX {
            return Err(Invalid::new(codes::TEXT_TOO_LONG, "at most 500 characters"));
        }
        // Browsers take `//host` and `/\host` for another origin, and leave out tabs and line ends.
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        let is_local =
            text.starts_with('/') && !text.starts_with("//") && text.bytes().all(is_plain);
        if is_local {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(PATH_NOT_LOCAL, "must be a path that begins with one slash"))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_no_other_origin() {
        for local in ["/", "/projects", "/projects?a=b#c", "/a//b", "/%5c%5cevil.example"] {
            assert_eq!(LocalPath::parse(local).unwrap().as_str(), local);
        }
        for other in [
            "",
            "projects",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " //evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a b",
            "/ä",
        ] {
            assert!(LocalPath::parse(other).is_err(), "{other:?}");
        }
        assert!(LocalPath::parse(&format!("/{}", "a".repeat(500))).is_err());
    }
}
