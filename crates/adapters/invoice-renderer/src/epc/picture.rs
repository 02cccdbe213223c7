use std::fmt::Write;

use plinth_ports::{QrCodes, TooLong, Unprintable};
use qrcode::{Color, EcLevel, QrCode, Version, bits::Bits};

use super::fault;

/// The largest version that the guideline allows: 69 modules.
const MAX_VERSION: i16 = 13;

/// The light margin around the code, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// The code of a payload, as SVG, with error correction M.
pub(crate) fn svg(payload: &str) -> Result<String, Unprintable> {
    let code = encode(payload.as_bytes()).ok_or_else(|| fault("it has too many bytes"))?;
    Ok(drawn(&code))
}

/// QR codes of texts that are no payments.
#[derive(Debug, Clone, Copy, Default)]
pub struct SvgCodes;

impl QrCodes for SvgCodes {
    fn svg(&self, text: &str) -> Result<String, TooLong> {
        encode(text.as_bytes()).map(|code| drawn(&code)).ok_or(TooLong)
    }
}

fn drawn(code: &QrCode) -> String {
    let (width, colors) = (code.width(), code.to_colors());
    let mut dark = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                write!(dark, "M{left} {top}h{length}v1h-{length}z").ok();
            }
            x += run.len();
        }
    }
    let side = width + 2 * QUIET_ZONE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path d=\"{dark}\"/></svg>"
    )
}

/// The smallest code with all bytes in byte mode. Left to itself the library writes some bytes of
/// UTF-8 in the mode for Shift JIS.
fn encode(payload: &[u8]) -> Option<QrCode> {
    (1..=MAX_VERSION).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(payload).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_payload_fits_into_the_largest_code_and_one_byte_more_does_not() {
        assert_eq!(encode(&[b'a'; 331]).unwrap().version(), Version::Normal(MAX_VERSION));
        assert!(encode(&[b'a'; 332]).is_none());
    }

    #[test]
    fn text_that_looks_like_shift_jis_stays_bytes() {
        // 100 bytes in byte mode take version 6 with correction M; Kanji mode would take less.
        assert_eq!(encode("€".repeat(33).as_bytes()).unwrap().version(), Version::Normal(6));
    }
}
