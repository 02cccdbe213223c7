mod signature;

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
    /// A STEP file with another schema, such as AP203, AP214 or AP242.
    Step,
    /// Any other content.
    Other,
}

impl ContentType {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Heic,
        Self::Ifc,
        Self::Step,
        Self::Other,
    ];

    /// The number of bytes that [`ContentType::sniff`] needs. A long description may stand before
    /// the schema of a STEP file.
    pub const SNIFFED_BYTES: usize = 64 * 1024;

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
            Self::Step => "model/step",
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
            Self::Step | Self::Other => DocumentKind::Other,
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
        signature::detect(&head[..head.len().min(Self::SNIFFED_BYTES)])
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
            "ifc" => Self::Ifc,
            "stp" | "step" => Self::Step,
            _ => return None,
        })
    }

    /// Checks that neither a name nor a `Content-Type` header claims another
    /// type than the content has. A header that names no type, or
    /// `application/octet-stream`, claims nothing. Building models and other STEP files share their
    /// names and media types.
    pub fn agrees(self, name: &str, header: Option<&str>) -> Result<(), Invalid> {
        let header = header.map(|value| value.split(';').next().unwrap_or(value).trim());
        let claimed = header.map(str::to_ascii_lowercase).and_then(|value| match value.as_str() {
            "image/heif" => Some(Self::Heic),
            "model/ifc" | "application/ifc" => Some(Self::Ifc),
            "application/step" | "application/p21" => Some(Self::Step),
            "image/jpg" => Some(Self::Jpeg),
            known => Self::from_media_type(known).filter(|known| *known != Self::Other),
        });
        for claim in [Self::of_name(name), claimed].into_iter().flatten() {
            if claim.format() != self.format() {
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

    /// The type whose file format this one has.
    const fn format(self) -> Self {
        match self {
            Self::Step => Self::Ifc,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_header_that_claims_another_type_is_refused() {
        assert!(ContentType::Pdf.agrees("plan.PDF", Some("application/pdf")).is_ok());
        assert!(ContentType::Pdf.agrees("plan", Some("application/octet-stream")).is_ok());
        assert!(ContentType::Pdf.agrees("plan.png", None).is_err());
        assert!(ContentType::Other.agrees("plan.pdf", None).is_err());
        assert!(ContentType::Other.agrees("notes.txt", Some("text/plain; charset=utf-8")).is_ok());
        assert!(ContentType::Jpeg.agrees("a.jpg", Some("image/png")).is_err());
        assert!(ContentType::Other.agrees("part.stp", None).is_err());
    }

    #[test]
    fn names_and_media_types_of_step_claim_models_and_other_step_files() {
        for name in ["a.ifc", "a.stp", "a.STEP", "a"] {
            for header in ["application/x-step", "model/step", "application/ifc"] {
                assert!(ContentType::Ifc.agrees(name, Some(header)).is_ok(), "{name} {header}");
                assert!(ContentType::Step.agrees(name, Some(header)).is_ok(), "{name} {header}");
            }
        }
        assert_eq!(ContentType::Step.kind(), DocumentKind::Other);
    }

    #[test]
    fn every_media_type_leads_back_to_its_type() {
        for known in ContentType::ALL {
            assert_eq!(ContentType::from_media_type(known.media_type()), Some(known));
        }
    }
}
