/// The section that a statement belongs to (ISO 10303-21, 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Nothing was read.
    Start,
    /// After `ISO-10303-21;`.
    Opened,
    /// The header.
    Header,
    /// Between two sections.
    Between,
    /// Instances.
    Data,
    /// Anchors, references or a signature (edition 3), which IFC does not use.
    Other,
    /// After `END-ISO-10303-21;`.
    End,
}

/// A statement that begins or ends a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Start,
    Header,
    Data,
    Other,
    EndSection,
    End,
    /// Any other statement.
    Content,
}

impl Mark {
    pub(super) fn of(statement: &[u8]) -> Self {
        // Some programs write a byte order mark first.
        let text = statement.strip_prefix(b"\xef\xbb\xbf").unwrap_or(statement).trim_ascii();
        let is = |mark: &str| text.eq_ignore_ascii_case(mark.as_bytes());
        // Since edition 2, there is also `DATA('name',('IFC4'))`.
        let is_data = || {
            let (start, rest) = text.split_at_checked(4).unwrap_or_default();
            start.eq_ignore_ascii_case(b"DATA") && rest.trim_ascii_start().starts_with(b"(")
        };
        match text.len() {
            12 if is("ISO-10303-21") => Self::Start,
            16 if is("END-ISO-10303-21") => Self::End,
            6 if is("HEADER") => Self::Header,
            6 if is("ENDSEC") => Self::EndSection,
            4 if is("DATA") => Self::Data,
            6 if is("ANCHOR") => Self::Other,
            9 if is("REFERENCE") || is("SIGNATURE") => Self::Other,
            _ if is_data() => Self::Data,
            _ => Self::Content,
        }
    }
}

impl Section {
    /// The section after a mark, and whether the mark may stand in this section; `None` when it is
    /// content of this section.
    pub(super) fn after(self, mark: Mark) -> Option<(Self, bool)> {
        Some(match (self, mark) {
            (Self::End, _) => (Self::End, true),
            (_, Mark::Content) => return None,
            (_, Mark::Start) => (Self::Opened, self == Self::Start),
            (_, Mark::Header) => (Self::Header, self == Self::Opened),
            (_, Mark::Data) => (Self::Data, self == Self::Between),
            (_, Mark::Other) => (Self::Other, self == Self::Between),
            (Self::Header | Self::Data | Self::Other, Mark::EndSection) => (Self::Between, true),
            (_, Mark::EndSection) => (self, false),
            (_, Mark::End) => (Self::End, self == Self::Between),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_in_any_case_and_with_blanks() {
        for (text, mark) in [
            ("ISO-10303-21 ", Mark::Start),
            ("\u{feff}iso-10303-21", Mark::Start),
            ("Header", Mark::Header),
            ("DATA", Mark::Data),
            ("DATA ( 'a', ('IFC4') )", Mark::Data),
            ("DATABASE(1)", Mark::Content),
            ("\nENDSEC", Mark::EndSection),
            ("END-ISO-10303-21", Mark::End),
            ("#1=A()", Mark::Content),
        ] {
            assert_eq!(Mark::of(text.as_bytes()), mark, "{text}");
        }
    }

    #[test]
    fn a_mark_out_of_its_place_is_followed_and_told() {
        assert_eq!(Section::Header.after(Mark::EndSection), Some((Section::Between, true)));
        assert_eq!(Section::Between.after(Mark::Data), Some((Section::Data, true)));
        assert_eq!(Section::Header.after(Mark::Data), Some((Section::Data, false)));
        assert_eq!(Section::Data.after(Mark::End), Some((Section::End, false)));
        assert_eq!(Section::Data.after(Mark::Content), None);
    }
}
