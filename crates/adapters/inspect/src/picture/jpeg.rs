/// The marker of a scan (SOS), which the compressed pixels follow.
const START_OF_SCAN: u8 = 0xda;

/// Whether the end of a JPEG's picture (EOI; ITU-T T.81, B.1.1.3) is missing. A preview in the
/// metadata has an end, too, so only what follows the first scan counts.
pub(super) fn is_cut(jpeg: &[u8]) -> bool {
    const END: [u8; 2] = [0xff, 0xd9];
    let scan = segments(jpeg).find(|segment| segment.marker == START_OF_SCAN);
    let Some(scan) = scan else { return true };
    !jpeg[scan.start..].windows(2).any(|window| window == END)
}

/// The JPEG without comments and the data of programs before its first scan, except APP1 and APP2:
/// these hold Exif, XMP and the colour profile.
pub(super) fn without_applications(jpeg: &[u8]) -> Vec<u8> {
    let mut kept = jpeg.get(..2).unwrap_or_default().to_vec();
    for segment in segments(jpeg) {
        match segment.marker {
            START_OF_SCAN => kept.extend_from_slice(&jpeg[segment.start..]),
            0xe0 | 0xe3..=0xef | 0xfe => {}
            _ => kept.extend_from_slice(&jpeg[segment.start..segment.end]),
        }
    }
    kept
}

/// The start of a segment APP1 with Exif data, and with XMP.
pub(super) const EXIF: &[u8] = b"Exif\0\0";
pub(super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// What follows `start` in the first segment APP1 that begins so.
pub(super) fn application<'b>(jpeg: &'b [u8], start: &[u8]) -> Option<&'b [u8]> {
    segments(jpeg)
        .filter(|segment| segment.marker == 0xe1)
        .find_map(|segment| jpeg[segment.start..segment.end].get(4..)?.strip_prefix(start))
}

/// A frame header (B.2.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether it has 8 bits a sample, and is baseline, extended or progressive with Huffman
    /// coding.
    pub(super) is_common: bool,
}

/// The first frame header that is valid.
pub(super) fn frame(jpeg: &[u8]) -> Option<Frame> {
    segments(jpeg).find_map(|segment| {
        if !matches!(segment.marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) {
            return None;
        }
        let header = &jpeg[segment.start..segment.end];
        let &[_, _, _, _, precision, high, low, left, right, components, ..] = header else {
            return None;
        };
        let height = u32::from(u16::from_be_bytes([high, low]));
        let width = u32::from(u16::from_be_bytes([left, right]));
        let is_valid = (1..=4).contains(&components)
            && header.len() == 10 + 3 * usize::from(components)
            && (2..=16).contains(&precision)
            && width > 0
            && height > 0;
        let is_common = precision == 8 && matches!(segment.marker, 0xc0..=0xc2);
        is_valid.then_some(Frame { width, height, is_common })
    })
}

/// A segment with its marker.
struct Segment {
    marker: u8,
    start: usize,
    end: usize,
}

/// The segments up to the first scan, or to one that is broken.
fn segments(jpeg: &[u8]) -> impl Iterator<Item = Segment> {
    let mut at = 2;
    std::iter::from_fn(move || {
        loop {
            let &[first, marker, high, low] = jpeg.get(at..at + 4)? else { return None };
            let start = at;
            match marker {
                // A fill byte, or bytes between two segments, which decoders skip.
                _ if first != 0xff || marker == 0xff || marker == 0 => at += 1,
                // A marker without a length.
                0x01 | 0xd0..=0xd8 => at += 2,
                START_OF_SCAN => {
                    at = jpeg.len();
                    return Some(Segment { marker, start, end: at });
                }
                _ => {
                    at += 2 + usize::from(u16::from_be_bytes([high, low]));
                    return Some(Segment { marker, start, end: at.min(jpeg.len()) });
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_behind_the_first_scan_counts() {
        let start = b"\xff\xd8\xff\xe1\0\x06\xff\xd8\xff\xd9\xff\xff\xda\0\x02\x01\xff\0";
        let whole = [&start[..], b"\xff\xd9trailer"].concat();
        assert!(is_cut(start) && !is_cut(&whole));
        for length in 0..start.len() {
            assert!(is_cut(&whole[..length]), "{length}");
        }
    }

    #[test]
    fn bytes_between_two_segments_are_skipped() {
        let file = b"\xff\xd8\xff\xdb\0\x03bjunk\xff\0\xff\xda\0\x02c\xff\xd9";
        assert!(!is_cut(file) && is_cut(&file[..file.len() - 1]));
    }

    #[test]
    fn a_frame_header_tells_the_size_and_the_coding() {
        let file = |marker, precision| {
            let mut file = b"\xff\xd8\xff\xe1\0\x0aExif\0\0ab\xff".to_vec();
            file.extend([marker, 0, 11, precision, 0, 80, 1, 0, 1, 1, 0x11, 0]);
            file
        };
        for (marker, precision, is_common) in
            [(0xc0, 8, true), (0xc2, 8, true), (0xc1, 12, false), (0xc9, 8, false)]
        {
            let expected = Frame { width: 256, height: 80, is_common };
            assert_eq!(frame(&file(marker, precision)), Some(expected), "{marker:x}");
        }
        let whole = file(0xc0, 8);
        assert_eq!(application(&whole, EXIF), Some(&b"ab"[..]));
        assert_eq!(frame(&file(0xc0, 0)), None);
        for length in 0..whole.len() {
            assert_eq!(frame(&whole[..length]), None, "{length}");
        }
    }

    #[test]
    fn the_data_of_programs_can_be_left_out() {
        let file = b"\xff\xd8\xff\xee\0\x03a\xff\xdb\0\x03b\xff\xff\xfe\0\x02\xff\xda\0\x02c";
        let expected = b"\xff\xd8\xff\xdb\0\x03b\xff\xda\0\x02c";
        assert_eq!(without_applications(file), expected);
        for length in 0..file.len() {
            without_applications(&file[..length]);
        }
    }
}
