//! The signatures of the known file types. The strongest one decides: a signature at the first byte
//! outweighs one that may stand anywhere.

mod step;

use super::ContentType;

/// The number of bytes in which a PDF's header may begin (ISO 32000-1, annex H, note 13).
const PDF_JUNK_BYTES: usize = 1024;

/// Brands of a file whose pictures are coded as HEVC (ISO/IEC 23008-12, annex B; the last two are
/// of sequences).
const HEVC: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevm", b"hevs", b"hevc", b"hevx"];

/// Brands of files of another coding, such as AV1.
const NOT_HEVC: [&[u8]; 6] = [b"avif", b"avis", b"jpeg", b"jpgs", b"j2ki", b"avci"];

/// The signatures of files that may contain a PDF within their first bytes, uncompressed.
const CONTAINERS: [&[u8]; 12] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"\x89PNG",
    b"RIFF",
];

/// The type of a file that begins with `head`.
pub(super) fn detect(head: &[u8]) -> ContentType {
    match head {
        [0xff, 0xd8, 0xff, ..] => ContentType::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => ContentType::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ContentType::Webp,
        [a, b, c, d, b'f', b't', b'y', b'p', rest @ ..] => {
            if is_heic(u32::from_be_bytes([*a, *b, *c, *d]), rest) {
                ContentType::Heic
            } else {
                ContentType::Other
            }
        }
        _ => step::detect(head)
            .or_else(|| is_pdf(head).then_some(ContentType::Pdf))
            .unwrap_or(ContentType::Other),
    }
}

fn is_pdf(head: &[u8]) -> bool {
    const HEADER: &[u8] = b"%PDF-";
    // The signature of a tar archive (POSIX pax) stands behind the name of its first file.
    let is_tar = head.get(257..262) == Some(b"ustar") && !head.starts_with(HEADER);
    let is_container = CONTAINERS.iter().any(|signature| head.starts_with(signature)) || is_tar;
    let searched = &head[..head.len().min(PDF_JUNK_BYTES + HEADER.len())];
    !is_container && contains(searched, HEADER)
}

/// Whether a file that begins with an `ftyp` box of `length` bytes (ISO/IEC 14496-12, 4.3) is an
/// HEVC-coded picture: by its major brand or, if that is generic, by a compatible brand. A generic
/// brand alone leaves it to the type of the items, which the next box lists.
fn is_heic(length: u32, rest: &[u8]) -> bool {
    // The length includes itself and the box's type.
    let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(8);
    let (brands, boxes) = rest.split_at(rest.len().min(length));
    let Some(major) = brands.get(..4) else { return false };
    // A version lies between the major brand and the others.
    let has = |wanted: &[&[u8]]| brands[4..].chunks(4).skip(1).any(|brand| wanted.contains(&brand));
    match major {
        b"mif1" | b"mif2" | b"msf1" | b"miaf" | b"MiHE" => {
            has(&HEVC) || (!has(&NOT_HEVC) && contains(boxes, b"hvc1"))
        }
        _ => HEVC.contains(&major),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_types(cases: &[(&[u8], ContentType)]) {
        for (head, expected) in cases {
            assert_eq!(detect(head), *expected, "{}", head.escape_ascii());
        }
    }

    #[test]
    fn the_first_bytes_tell_the_type() {
        assert_types(&[
            (b"", ContentType::Other),
            (b"%PDF-1.7\n", ContentType::Pdf),
            (b"\n\n  %PDF-1.4", ContentType::Pdf),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", ContentType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0", ContentType::Png),
            (b"RIFF\x10\0\0\0WEBPVP8 ", ContentType::Webp),
            (b"<html><script>", ContentType::Other),
        ]);
    }

    #[test]
    fn a_signature_at_the_first_byte_outweighs_the_header_of_a_pdf() {
        assert_types(&[
            (b"\xff\xd8\xff\xfe\0\x0a%PDF-1.4", ContentType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x08tEXt%PDF-1.4", ContentType::Png),
            (b"RIFF\x10\0\0\0WEBP%PDF-1.4", ContentType::Webp),
            (b"ISO-10303-21;\nHEADER;\n/* %PDF-1.4 */FILE_SCHEMA(('IFC4'));", ContentType::Ifc),
            (b"PK\x03\x04\x14\0\0\0\0\0a.pdf%PDF-1.4", ContentType::Other),
            (b"\0\0\0\x10ftypavif%PDF-1.4", ContentType::Other),
        ]);
    }

    #[test]
    fn the_header_of_a_pdf_may_follow_1024_bytes() {
        for (junk, expected) in [(1024, ContentType::Pdf), (1025, ContentType::Other)] {
            let file = [vec![b'x'; junk], b"%PDF-1.4\n".to_vec()].concat();
            assert_eq!(detect(&file), expected, "{junk}");
        }
    }

    #[test]
    fn every_brand_of_the_family_is_heic_and_another_coding_is_not() {
        for brand in HEVC {
            let major = [b"\0\0\0\x10ftyp", brand, b"\0\0\0\0"].concat();
            assert_eq!(detect(&major), ContentType::Heic, "{}", brand.escape_ascii());
            for generic in [b"mif1", b"msf1", b"mif2"] {
                let compatible = [b"\0\0\0\x18ftyp", &generic[..], b"\0\0\0\0mif1", brand].concat();
                assert_eq!(detect(&compatible), ContentType::Heic, "{}", brand.escape_ascii());
            }
        }
        assert_types(&[
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", ContentType::Other),
            (b"\0\0\0\x14ftypmif1\0\0\0\0miafheic", ContentType::Other),
            (b"\0\0\0\x14ftypmif1\0\0\0\0miaf\0\0\0\x20metahvc1", ContentType::Heic),
            (b"\0\0\0\x14ftypmif1\0\0\0\0avif\0\0\0\x20metahvc1", ContentType::Other),
            (b"\0\0\0\x18ftypisom\0\0\0\0mp41heic", ContentType::Other),
            (b"\0\0\0\0ftyp", ContentType::Other),
        ]);
    }
}
