/// The number of bytes in which the orientation is searched.
const SEARCHED_BYTES: usize = 1024 * 1024;

/// The orientation of a picture in XMP (ISO 16684-1; `tiff:Orientation` as an attribute or an
/// element), as Pillow and browsers read it.
pub(super) fn orientation(packet: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"tiff:Orientation";
    let mut rest = &packet[..packet.len().min(SEARCHED_BYTES)];
    while let Some(at) = rest.windows(NAME.len()).position(|window| window == NAME) {
        rest = &rest[at + NAME.len()..];
        let value = rest.trim_ascii_start();
        let value = value.strip_prefix(b"=").map_or(value, <[u8]>::trim_ascii_start);
        if let [b'"' | b'\'' | b'>', digit @ b'0'..=b'9', ..] = value {
            return Some(u32::from(digit - b'0'));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orientation_is_an_attribute_or_an_element() {
        for (packet, expected) in [
            (&b"<rdf:Description tiff:Orientation=\"6\"/>"[..], Some(6)),
            (b"<rdf:Description tiff:Orientation = '8'/>", Some(8)),
            (b"<tiff:Orientation>3</tiff:Orientation>", Some(3)),
            (b"<a:tiff:OrientationX>3</a><tiff:Orientation>4</tiff:Orientation>", Some(4)),
            (b"<tiff:Orientation/>", None),
            (b"tiff:Orientation", None),
            (b"", None),
        ] {
            assert_eq!(orientation(packet), expected, "{}", packet.escape_ascii());
        }
    }
}
