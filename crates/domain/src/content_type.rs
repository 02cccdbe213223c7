use crate::{DocumentKind, Invalid};

crate::codes! {
    DOCUMENT_TYPE_MISMATCH = "document.type_mismatch",
        "The file is not what its name or its Content-Type claims.";
}

/// The type of a file, detected from its first bytes alone, not from what a
/// client claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// PDF (ISO 32000).
    Pdf,
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649).
    Webp,
    /// HEIC (ISO/IEC 23008-12, HEVC-coded).
    Heic,
    /// A building model: IFC (ISO 16739) in a STEP file (ISO 10303-21).
    Ifc,
    /// Any other content.
    Other,
}

impl ContentType {
    /// Every type.
    pub const ALL: [Self; 7] =
        [Self::Pdf, Self::Jpeg, Self::Png, Self::Webp, Self::Heic, Self::Ifc, Self::Other];

    /// The number of bytes that [`ContentType::sniff`] needs.
    pub const SNIFFED_BYTES: usize = 4096;

    /// The media type (RFC 6838), as downloads send it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Ifc => "application/x-step",
            Self::Other => "application/octet-stream",
        }
    }

    /// Finds a content type by its media type.
    #[must_use]
    pub fn from_media_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.media_type() == name)
    }

    /// The kind of a document with this content.
    #[must_use]
    pub const fn kind(self) -> DocumentKind {
        match self {
            Self::Pdf => DocumentKind::Pdf,
            Self::Jpeg | Self::Png | Self::Webp | Self::Heic => DocumentKind::Photo,
            Self::Ifc => DocumentKind::Ifc,
            Self::Other => DocumentKind::Other,
        }
    }

    /// Whether a browser may show it inline: an image format without scripts. A
    /// PDF can carry scripts, and browsers show none in a sandbox anyway.
    #[must_use]
    pub const fn is_inline(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// Detects the type from the first [`ContentType::SNIFFED_BYTES`] of a file, or
    /// from the whole file when it is shorter.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Self {
        let head = &head[..head.len().min(Self::SNIFFED_BYTES)];
        match head {
            // A PDF's header may be anywhere in the first 1024 bytes (ISO 32000-1, annex H, note
            // 13).
            _ if contains(&head[..head.len().min(1024)], b"%PDF-") => Self::Pdf,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Self::Png,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [a, b, c, d, b'f', b't', b'y', b'p', brands @ ..]
                if is_heic(u32::from_be_bytes([*a, *b, *c, *d]), brands) =>
            {
                Self::Heic
            }
            _ if is_ifc(head) => Self::Ifc,
            _ => Self::Other,
        }
    }

    /// The type that a file's name claims by its extension.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "pdf" => Self::Pdf,
            "jpg" | "jpeg" => Self::Jpeg,
            "png" => Self::Png,
            "webp" => Self::Webp,
            "heic" | "heif" => Self::Heic,
            "ifc" | "stp" | "step" => Self::Ifc,
            _ => return None,
        })
    }

    /// Checks that neither a name nor a `Content-Type` header claims another
    /// type than the content has. A header that names no type, or
    /// `application/octet-stream`, claims nothing.
    pub fn agrees(self, name: &str, header: Option<&str>) -> Result<(), Invalid> {
        let header = header.map(|value| value.split(';').next().unwrap_or(value).trim());
        let claimed = header.map(str::to_ascii_lowercase).and_then(|value| match value.as_str() {
            "image/heif" => Some(Self::Heic),
            "model/step" | "model/ifc" | "application/step" | "application/ifc" => Some(Self::Ifc),
            "image/jpg" => Some(Self::Jpeg),
            known => Self::from_media_type(known).filter(|known| *known != Self::Other),
        });
        for claim in [Self::of_name(name), claimed].into_iter().flatten() {
            if claim != self {
                return Err(Invalid::new(
                    DOCUMENT_TYPE_MISMATCH,
                    format!(
                        "it claims to be {}, and its content is {}",
                        claim.media_type(),
                        self.media_type()
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Whether an `ftyp` box of `length` bytes (ISO/IEC 14496-12, 4.3) declares an HEVC-coded picture
/// (ISO/IEC 23008-12, annex B): by its major brand or, if that is generic, by a compatible brand.
/// An AVIF may have the same generic major brand.
fn is_heic(length: u32, brands: &[u8]) -> bool {
    const HEVC: [&[u8]; 4] = [b"heic", b"heix", b"heim", b"heis"];
    // The length includes itself and the box's type.
    let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(8);
    let brands = &brands[..brands.len().min(length)];
    match brands.get(..4) {
        // A version lies between the major brand and the others.
        Some(b"mif1" | b"mif2") => brands[4..].chunks(4).skip(1).any(|brand| HEVC.contains(&brand)),
        Some(major) => HEVC.contains(&major),
        None => false,
    }
}

/// Whether it is an exchange structure (ISO 10303-21, 5.3) with an IFC schema, if `head` contains
/// the schema.
fn is_ifc(head: &[u8]) -> bool {
    // Some programs write a byte order mark first.
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if !text.starts_with(b"ISO-10303-21;") {
        return false;
    }
    let Some(at) = text.windows(11).position(|window| window == b"FILE_SCHEMA") else {
        // A long description may precede the schema; the parser checks it later.
        return true;
    };
    contains(&text[at..], b"'IFC") || text.len() - at < 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_type() {
        let cases: [(&[u8], ContentType); 13] = [
            (b"%PDF-1.7\n", ContentType::Pdf),
            (b"\n\n  %PDF-1.4", ContentType::Pdf),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", ContentType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0", ContentType::Png),
            (b"RIFF\x10\0\0\0WEBPVP8 ", ContentType::Webp),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", ContentType::Heic),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", ContentType::Heic),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", ContentType::Other),
            (b"\0\0\0\x14ftypmif1\0\0\0\0miafheic", ContentType::Other),
            (b"\xef\xbb\xbfISO-10303-21;\nHEADER;\n", ContentType::Ifc),
            (b"ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;", ContentType::Ifc),
            (b"ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;", ContentType::Other),
            (b"<html><script>", ContentType::Other),
        ];
        for (head, expected) in cases {
            assert_eq!(ContentType::sniff(head), expected, "{}", head.escape_ascii());
        }
        assert_eq!(ContentType::sniff(b""), ContentType::Other);
    }

    #[test]
    fn a_name_or_a_header_that_claims_another_type_is_refused() {
        assert!(ContentType::Pdf.agrees("plan.PDF", Some("application/pdf")).is_ok());
        assert!(ContentType::Pdf.agrees("plan", Some("application/octet-stream")).is_ok());
        assert!(ContentType::Pdf.agrees("plan.png", None).is_err());
        assert!(ContentType::Other.agrees("plan.pdf", None).is_err());
        assert!(ContentType::Other.agrees("notes.txt", Some("text/plain; charset=utf-8")).is_ok());
        assert!(ContentType::Jpeg.agrees("a.jpg", Some("image/png")).is_err());
    }

    #[test]
    fn every_media_type_leads_back_to_its_type() {
        for known in ContentType::ALL {
            assert_eq!(ContentType::from_media_type(known.media_type()), Some(known));
        }
    }
}
