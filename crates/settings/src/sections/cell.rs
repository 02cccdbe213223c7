use secrecy::SecretString;
use url::Url;

use crate::{
    declaration::section,
    readers::{BaseUrl, Identifier, Maybe, SecretUrl},
    reading::Reading,
    setting::plain,
};

section! {
    "cell"
    /// One of several installations that share a directory. An installation of its own needs none of
    /// this.
    pub struct Cell {
        /// Name of this cell in the directory.
        name: Option<String> = "name" by Maybe(Identifier), plain().example("eu_1");

        /// Where clients reach the API of this cell. Other cells tell it to clients of its
        /// organizations.
        url: Option<Url> = "url" by Maybe(BaseUrl), plain().example("https://eu-1.example.com");

        /// URL of the directory's database, which all cells share. If set, the cell needs a name and a
        /// URL.
        directory_url: Option<SecretString> = "directory_url"
            by Maybe(SecretUrl(&["postgres", "postgresql"])),
            plain().example("postgres://plinth_directory:change-me@localhost:5432/directory");
    }
}

impl Cell {
    /// Returns itself if the settings are consistent; otherwise records a fault for each missing
    /// setting that another one needs.
    pub(crate) fn checked(self, reading: &mut Reading<'_>) -> Option<Self> {
        if self.directory_url.is_none() {
            return Some(self);
        }
        let needed_by = "cell.directory_url";
        let missing =
            [(self.name.is_none(), "name", needed_by), (self.url.is_none(), "url", needed_by)];
        reading.has_needed(Self::SETTINGS, &missing).then_some(self)
    }
}
