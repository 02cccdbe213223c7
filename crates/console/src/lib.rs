//! What browsers get that Node builds: the console and the API reference, of `dist`, where
//! `./justw console` puts them. Without Node the lists are empty, and what serves them says so.

/// A file of a site.
#[derive(Clone, Copy)]
pub struct File {
    /// The path below the site's, such as `assets/index-C0ffee12.js`.
    pub path: &'static str,
    /// The bytes.
    pub content: &'static [u8],
    /// The bytes compressed by Brotli, where the build has done so.
    pub brotli: Option<&'static [u8]>,
    /// The bytes compressed by gzip, where the build has done so.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));
