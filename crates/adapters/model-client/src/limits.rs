/// The most that an answer, a line of it or the text of it may have, in bytes.
pub(crate) const MAX_BYTES: usize = 8 << 20;

/// The same for what a client counts.
pub(crate) const MAX_WHOLE_BYTES: u64 = MAX_BYTES as u64;

/// The most that a streamed answer may have, in bytes. Each token comes in about 300 of them.
pub(crate) const MAX_STREAMED_BYTES: u64 = 256 << 20;

/// The most calls of tools in one answer.
pub(crate) const MAX_TOOL_CALLS: u32 = 1024;
