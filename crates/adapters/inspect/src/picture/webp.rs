//! The container of a WebP (RFC 9649, 2).

/// Whether the file ends before the size that it tells.
pub(super) fn is_cut(webp: &[u8]) -> bool {
    let size = webp.get(4..8).and_then(|size| <[u8; 4]>::try_from(size).ok());
    size.is_none_or(|size| u64::from(u32::from_le_bytes(size)) + 8 > webp.len() as u64)
}

/// The size of the canvas in the header of an extended file (2.7), in pixels.
pub(super) fn canvas(webp: &[u8]) -> Option<(u32, u32)> {
    webp.get(12..20).filter(|chunk| *chunk == b"VP8X\x0a\0\0\0")?;
    let length = |at: usize| {
        let bytes = webp.get(at..at + 3)?;
        Some(1 + u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]))
    };
    Some((length(24)?, length(27)?))
}
