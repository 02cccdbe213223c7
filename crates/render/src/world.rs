//! The world of a template: its files, its fonts, and nothing else. There is no clock.

use std::{collections::HashMap, io};

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

/// The files of a template, by identity.
#[derive(Default, Clone)]
pub(crate) struct Files(HashMap<FileId, Bytes>);

impl Files {
    /// Adds a file. It replaces one of its name.
    pub(crate) fn insert(&mut self, name: &str, content: Vec<u8>) -> io::Result<()> {
        self.0.insert(identity(name)?, Bytes::new(content));
        Ok(())
    }

    /// Adds the built-in files that are not replaced.
    pub(crate) fn complete(&mut self, built_in: &'static [(&'static str, &'static str)]) {
        for (name, content) in built_in {
            if let Ok(id) = identity(name) {
                self.0.entry(id).or_insert_with(|| Bytes::from_string(*content));
            }
        }
    }

    /// The files whose names end with one of `extensions`, by name.
    pub(crate) fn with_extension(&self, extensions: &[&str]) -> Vec<Bytes> {
        let mut found: Vec<_> = self
            .0
            .iter()
            .map(|(id, content)| (id.vpath().get_with_slash().to_ascii_lowercase(), content))
            .filter(|(name, _)| {
                name.rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end))
            })
            .collect();
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        found.into_iter().map(|(_, content)| content.clone()).collect()
    }

    /// The content of a file.
    pub(crate) fn get(&self, name: &str) -> Option<&Bytes> {
        self.0.get(&identity(name).ok()?)
    }
}

fn identity(name: &str) -> io::Result<FileId> {
    let path = VirtualPath::new(format!("/{name}"));
    let path = path.map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// What Typst asks for.
pub(crate) struct TemplateWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    files: Files,
}

impl TemplateWorld {
    /// A world in which `main` is compiled.
    pub(crate) fn new(main: &str, files: Files, fonts: Vec<Font>) -> io::Result<Self> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: identity(main)?,
            files,
        })
    }

    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn fonts(&self) -> &[Font] {
        &self.fonts
    }
}

impl World for TemplateWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let content = self.file(id)?;
        let text = String::from_utf8(content.to_vec()).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.0.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
