//! Templates of prompts: what they can say, and what hostile ones cannot do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_collect,
    reason = "a panic in a test is a failure with a line number, and its texts are short"
)]

mod hostile;
mod hostile_schemas;
mod language;
mod schemas;
mod support;
