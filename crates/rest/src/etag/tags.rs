//! Lists of entity tags in `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use plinth_application::Versions;
use plinth_domain::Version;

/// The value of a header, over all its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    /// `*`: any existing representation.
    Any,
    /// These tags; an empty list matches nothing.
    Listed(Vec<Tag>),
}

/// An entity tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    is_weak: bool,
    /// What is between the quotation marks. Tags are equal byte by byte: `03` is another one than `3`.
    opaque: Vec<u8>,
}

/// The header is no list of entity tags.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Tags {
    /// Reads a header; `None` when the request has none.
    pub(crate) fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, Malformed> {
        let lines = headers.get_all(name).map(HeaderValue::as_bytes).collect::<Vec<_>>();
        if lines.is_empty() {
            return Ok(None);
        }
        // Several lines are one list (RFC 9110, 5.3).
        let list = lines.join(b",".as_slice());
        if list.trim_ascii() == b"*" {
            return Ok(Some(Self::Any));
        }
        let (mut tags, mut rest) = (Vec::new(), list.trim_ascii());
        loop {
            // A list may have empty elements (RFC 9110, 5.6.1).
            while let Some(after) = rest.strip_prefix(b",") {
                rest = after.trim_ascii_start();
            }
            if rest.is_empty() {
                return Ok(Some(Self::Listed(tags)));
            }
            let (tag, after) = Tag::take(rest).ok_or(Malformed)?;
            tags.push(tag);
            rest = after.trim_ascii_start();
            if !rest.is_empty() && !rest.starts_with(b",") {
                return Err(Malformed);
            }
        }
    }

    /// Whether a tag of the list is this one by the strong comparison: a weak tag never is.
    pub(crate) fn have_strong(&self, opaque: &str) -> bool {
        self.have(|tag| !tag.is_weak && tag.opaque == opaque.as_bytes())
    }

    /// Whether a tag of the list is this one by the weak comparison.
    pub(crate) fn have_weak(&self, opaque: &str) -> bool {
        self.have(|tag| tag.opaque == opaque.as_bytes())
    }

    fn have(&self, is: impl Fn(&Tag) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(is),
        }
    }

    /// The versions that the strong tags name.
    pub(super) fn strong_versions(&self) -> Versions {
        self.versions(|tag| !tag.is_weak)
    }

    /// The versions that the tags name, the weak ones included.
    pub(super) fn weak_versions(&self) -> Versions {
        self.versions(|_| true)
    }

    fn versions(&self, counts: impl Fn(&Tag) -> bool) -> Versions {
        match self {
            Self::Any => Versions::Any,
            Self::Listed(tags) => Versions::Listed(
                tags.iter().filter(|tag| counts(tag)).filter_map(Tag::version).collect(),
            ),
        }
    }
}

impl Tag {
    /// The tag at the front, and the rest.
    fn take(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (is_weak, quoted) = match bytes.strip_prefix(b"W/") {
            Some(quoted) => (true, quoted),
            None => (false, bytes),
        };
        let open = quoted.strip_prefix(b"\"")?;
        let end = open.iter().position(|byte| *byte == b'"')?;
        let (opaque, rest) = (&open[..end], &open[end + 1..]);
        // %x21 / %x23-7E / obs-text
        let is_tag = opaque.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
        is_tag.then(|| (Self { is_weak, opaque: opaque.to_vec() }, rest))
    }

    /// The version whose tag has exactly these characters.
    fn version(&self) -> Option<Version> {
        let text = str::from_utf8(&self.opaque).ok()?;
        let number = text.parse::<i64>().ok()?;
        (number.to_string() == text).then(|| Version::from_number(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::IF_MATCH;
    use proptest::prelude::*;

    fn read(lines: &[&str]) -> Result<Option<Tags>, Malformed> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        Tags::read(&headers, &IF_MATCH)
    }

    fn versions(lines: &[&str]) -> Vec<i64> {
        match read(lines).unwrap().unwrap().strong_versions() {
            Versions::Listed(versions) => versions.into_iter().map(Version::number).collect(),
            Versions::Any => panic!("{lines:?} is a star"),
        }
    }

    #[test]
    fn a_list_of_tags_may_have_several_lines_and_empty_elements() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(Some(Tags::Any)));
        assert_eq!(versions(&["\"3\""]), [3]);
        assert_eq!(versions(&["\"1\", \"2\"", "\"3\""]), [1, 2, 3]);
        assert_eq!(versions(&[" , \"1\",,\t\"2\" ,"]), [1, 2]);
        assert!(versions(&[""]).is_empty());
    }

    #[test]
    fn only_the_tag_of_a_version_names_it() {
        let others = r#"W/"3", "", "abc", "03", "+4", "-0", "99999999999999999999", "3.0", "a,b""#;
        assert!(versions(&[others, "\"ü\""]).is_empty());
        assert_eq!(versions(&[others, r#""4""#]), [4]);
        let weak = read(&["W/\"3\""]).unwrap().unwrap();
        assert_eq!(weak.weak_versions(), Versions::Listed(vec![Version::from_number(3)]));
        assert!(weak.have_weak("3") && !weak.have_strong("3"));
    }

    #[test]
    fn what_is_no_list_of_tags_is_malformed() {
        for malformed in [
            "3",
            "abc",
            r#""3"#,
            r#"3""#,
            r#""3" "4""#,
            r#"*, "3""#,
            "**",
            r#"w/"3""#,
            r#"W/ "3""#,
            "W/3",
            r#""a b""#,
            r#"" 3""#,
            "'3'",
            r#""3"x"#,
        ] {
            assert_eq!(read(&[malformed]), Err(Malformed), "{malformed}");
        }
        assert_eq!(read(&["*", "*"]), Err(Malformed));
        assert_eq!(read(&["*", "\"3\""]), Err(Malformed));
    }

    proptest! {
        #[test]
        fn every_list_that_is_well_formed_is_read_back(
            tags in proptest::collection::vec((any::<bool>(), "[!#-~]{0,9}"), 0..6),
        ) {
            let text = |(is_weak, opaque): &(bool, String)| {
                format!("{}\"{opaque}\"", if *is_weak { "W/" } else { "" })
            };
            let list = tags.iter().map(text).collect::<Vec<_>>().join(", ");
            let expected = tags
                .iter()
                .map(|(is_weak, opaque)| Tag { is_weak: *is_weak, opaque: opaque.clone().into() })
                .collect();
            prop_assert_eq!(read(&[&list]), Ok(Some(Tags::Listed(expected))));
        }

        #[test]
        fn no_header_makes_the_reader_panic(bytes in proptest::collection::vec(32u8..=255, 0..40)) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let mut headers = HeaderMap::new();
                headers.append(IF_MATCH, value);
                let _ = Tags::read(&headers, &IF_MATCH);
            }
        }
    }
}
