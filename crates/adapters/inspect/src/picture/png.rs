use std::borrow::Cow;

use super::xmp;

/// The metadata of a PNG (ISO/IEC 15948, 5.3) that may stand anywhere in it, also behind the pixels.
#[derive(Default)]
pub(super) struct Metadata<'a> {
    pub(super) exif: Option<Cow<'a, [u8]>>,
    /// The orientation in XMP.
    pub(super) orientation: Option<u32>,
}

/// Walks over the chunks of a PNG, up to one that is cut.
pub(super) fn metadata(png: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata::default();
    let mut rest = png.get(8..).unwrap_or_default();
    while let Some((header, body)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *header;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let Some((data, after)) = body.split_at_checked(length) else { break };
        match &kind {
            b"eXIf" => metadata.exif = Some(data.into()),
            b"tEXt" if metadata.exif.is_none() => metadata.exif = raw_profile(data).map(Cow::Owned),
            b"iTXt" if metadata.orientation.is_none() => {
                metadata.orientation = packet(data).and_then(xmp::orientation);
            }
            b"IEND" => break,
            _ => {}
        }
        // A checksum follows.
        rest = after.get(4..).unwrap_or_default();
    }
    metadata
}

/// The XMP packet of an `iTXt` chunk, if it has one and is not compressed.
fn packet(data: &[u8]) -> Option<&[u8]> {
    // Whether it is compressed, and how; then a language and a translated keyword.
    let rest = data.strip_prefix(b"XML:com.adobe.xmp\0\0")?.get(1..)?;
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    parts.nth(2)
}

/// The Exif data that `ImageMagick` writes as hexadecimal text, behind the type and the length.
fn raw_profile(data: &[u8]) -> Option<Vec<u8>> {
    let text = data.strip_prefix(b"Raw profile type exif\0")?;
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let digits = words.by_ref().skip(2).flatten().copied().collect::<Vec<u8>>();
    let pairs = digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in chunks {
            file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            file.extend_from_slice(*kind);
            file.extend_from_slice(data);
            file.extend([0; 4]);
        }
        file
    }

    #[test]
    fn metadata_may_stand_behind_the_pixels() {
        let text = b"XML:com.adobe.xmp\0\0\0en\0\0<x tiff:Orientation=\"6\"/>";
        let file = png(&[(b"IDAT", b"x"), (b"iTXt", text), (b"eXIf", b"II"), (b"IEND", b"")]);
        let metadata = metadata(&file);
        assert_eq!((metadata.exif.as_deref(), metadata.orientation), (Some(&b"II"[..]), Some(6)));
    }

    #[test]
    fn exif_data_may_be_hexadecimal_text() {
        let text = b"Raw profile type exif\0\nexif\n      4\n4949\n2a00\n";
        let file = png(&[(b"tEXt", b"Title\0a"), (b"tEXt", text)]);
        assert_eq!(metadata(&file).exif.as_deref(), Some(&b"II*\0"[..]));
        let broken = png(&[(b"tEXt", b"Raw profile type exif\0\nexif\n 4\nxyz?")]);
        assert!(metadata(&broken).exif.is_none());
    }

    #[test]
    fn other_text_and_cut_chunks_are_passed_over() {
        let text = b"XML:com.adobe.xmp\0\x01\0\0\0tiff:Orientation=\"6\"";
        let mut file = png(&[(b"iTXt", text), (b"iTXt", b"Title\0\0\0\0\0a"), (b"eXIf", b"II")]);
        file.truncate(file.len() - 5);
        let metadata = metadata(&file);
        assert!(metadata.exif.is_none() && metadata.orientation.is_none());
        for length in 0..file.len() {
            super::metadata(&file[..length]);
        }
    }
}
