/// The marker of a scan (SOS), which the compressed pixels follow.
const START_OF_SCAN: u8 = 0xda;

/// Whether the end of a JPEG's picture (EOI; ITU-T T.81, B.1.1.3) is missing. A preview in the
/// metadata has an end of its own, so only what follows the first scan counts.
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
    fn the_data_of_programs_can_be_left_out() {
        let file = b"\xff\xd8\xff\xee\0\x03a\xff\xdb\0\x03b\xff\xff\xfe\0\x02\xff\xda\0\x02c";
        let expected = b"\xff\xd8\xff\xdb\0\x03b\xff\xda\0\x02c";
        assert_eq!(without_applications(file), expected);
        for length in 0..file.len() {
            without_applications(&file[..length]);
        }
    }
}
