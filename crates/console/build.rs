//! Writes the lists of `dist`'s files. A debug build embeds them, too, so that it serves what a release
//! serves.

use std::{
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// The folders of `dist`, and the lists of their files.
const SITES: [(&str, &str, &str); 2] = [
    ("console", "CONSOLE", "The files below `/console/`; none where the console is not built."),
    ("reference", "REFERENCE", "The files below `/docs/`; none where they are not built."),
];

/// The endings of compressed files.
const COMPRESSED: [&str; 2] = ["br", "gz"];

fn main() -> io::Result<()> {
    // Cargo watches a folder with all that is in it. The build script would run each time if the
    // folder were not there.
    println!("cargo:rerun-if-changed=dist");
    let dist = env::current_dir()?.join("dist");
    let mut code = String::new();
    for (folder, name, about) in SITES {
        let site = dist.join(folder);
        let mut files = Vec::new();
        if site.is_dir() {
            collect(&site, &mut files)?;
        }
        files.sort();
        let _ = writeln!(code, "/// {about}\npub static {name}: &[File] = &[");
        for file in files {
            entry(&mut code, &site, &file);
        }
        code.push_str("];\n");
    }
    let output = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&output).join("files.rs"), code)
}

/// The files of a folder, those in folders below included, without compressed and hidden ones.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden || COMPRESSED.iter().any(|ending| is_compressed(&path, ending)) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether it is another file's compressed form.
fn is_compressed(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending) && path.with_extension("").is_file()
}

fn entry(code: &mut String, site: &Path, file: &Path) {
    let path = file.strip_prefix(site).unwrap_or(file).to_string_lossy().into_owned();
    let content = file.to_string_lossy();
    let _ = writeln!(code, "File {{ path: {path:?}, content: include_bytes!({content:?}),");
    for (field, ending) in ["brotli", "gzip"].into_iter().zip(COMPRESSED) {
        let form = file.with_added_extension(ending);
        let form = if form.is_file() {
            format!("Some(include_bytes!({:?}))", form.to_string_lossy())
        } else {
            "None".to_owned()
        };
        let _ = writeln!(code, "{field}: {form},");
    }
    code.push_str("},\n");
}
