use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The maximum number of files in a template's folder.
const FILES: usize = 64;

/// The maximum length of all of them together, in bytes: a font for Chinese has 20 MB.
const TOTAL_BYTES: u64 = 48 * 1024 * 1024;

/// Files that replace parts of the built-in template, and fonts that are added to the built-in
/// ones.
#[derive(Debug, Clone, Default)]
pub struct Template {
    /// The name and the content of each file, by name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// Why a template's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It cannot be read.
    #[error("the template's folder {} cannot be read", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// The error of the file system.
        #[source]
        source: io::Error,
    },
    /// It exceeds a limit.
    #[error("the template's folder {} has more than {FILES} files or {TOTAL_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
}

impl Template {
    /// The template that is built into `plinth-render`.
    #[must_use]
    pub const fn built_in() -> Self {
        Self { files: Vec::new() }
    }

    /// The built-in template with the files of `folder`: one with the name of a built-in file
    /// (`invoice.typ`, `de.json`, `en.json`, …) replaces it. Folders in it and hidden files are
    /// left out.
    pub fn in_folder(folder: &Path) -> Result<Self, TemplateError> {
        let unreadable = |source| TemplateError::Unreadable { folder: folder.to_owned(), source };
        let mut files = Vec::new();
        let mut total = 0;
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // It follows links, which a mounted configuration consists of.
            let metadata = fs::metadata(entry.path()).map_err(unreadable)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !metadata.is_file() || name.starts_with('.') {
                continue;
            }
            total += metadata.len();
            if files.len() == FILES || total > TOTAL_BYTES {
                return Err(TemplateError::TooLarge(folder.to_owned()));
            }
            files.push((name, fs::read(entry.path()).map_err(unreadable)?));
        }
        files.sort_unstable();
        Ok(Self { files })
    }

    /// Whether there are fonts among the files.
    pub(crate) fn has_fonts(&self) -> bool {
        let fonts = ["ttf", "otf", "ttc"];
        let extension = |name: &str| name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        self.files.iter().any(|(name, _)| {
            extension(name).is_some_and(|extension| fonts.contains(&extension.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_files_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("drafts")).unwrap();
        for (name, content) in [("invoice.typ", "b"), (".hidden", "x"), ("de.json", "{}")] {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let files = Template::in_folder(folder.path()).unwrap().files;
        let wanted = [("de.json", "{}"), ("invoice.typ", "b")];
        assert_eq!(files, wanted.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())));
    }

    #[test]
    fn a_folder_that_is_missing_or_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Template::in_folder(&folder.path().join("nothing"));
        assert!(matches!(missing, Err(TemplateError::Unreadable { .. })));
        for number in 0..=FILES {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        assert!(matches!(Template::in_folder(folder.path()), Err(TemplateError::TooLarge(_))));
    }
}
