//! The protocol between the client and the program `plinth-render`.
//!
//! The program's last argument is its [`plinth_confined::Limits`]. It reads a [`Request`] as a line
//! of JSON from standard input, then the bytes of each file, one after the other. After its
//! confinement it writes one [`Reply`] as a line of JSON, and the PDF.

use serde::{Deserialize, Serialize};

/// The file with the invoice.
pub const DATA: &str = "data.json";

/// The maximum length of a request with its files, in bytes.
pub const REQUEST_BYTES: u64 = 64 * 1024 * 1024;

/// The request.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// What is asked for.
    pub task: Task,
    /// The name and the length of each file that follows. One of a built-in file's name replaces
    /// it; `*.ttf`, `*.otf` and `*.ttc` are fonts.
    pub files: Vec<(String, usize)>,
}

/// What is asked of the program.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A PDF.
    Render {
        /// What identifies the document.
        ident: String,
        /// The time of creation, in seconds since 1970 UTC.
        created_at: i64,
        /// The name of the file with the logo, which the template finds in the data.
        logo: Option<String>,
        /// The maximum number of pages.
        pages: usize,
        /// The maximum length of the PDF, in bytes.
        pdf_bytes: usize,
    },
    /// The characters that the fonts have.
    Coverage,
}

/// The reply.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A PDF, which follows.
    Rendered {
        /// The number of its pages.
        pages: u32,
        /// Its length in bytes.
        length: usize,
    },
    /// The characters, as ranges: first and last, ascending, not adjacent.
    Covered(Vec<(u32, u32)>),
    /// There is no PDF.
    Refused {
        /// Why.
        reason: Reason,
        /// More about it.
        detail: String,
    },
}

/// Why there is no PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No font has a character of the text.
    NoGlyph,
    /// There are too many pages, or the PDF is too long.
    TooLong,
    /// The logo is no picture that can be printed.
    Logo,
    /// The template fails.
    Template,
}
