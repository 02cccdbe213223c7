//! The sources of settings: environment variables, `.env`, a TOML file.

use std::{collections::BTreeMap, env, fmt, fs, io, path::Path};

/// The variable that names another settings file than `plinth.toml`.
pub(crate) const FILE_VARIABLE: &str = "PLINTH_CONFIG";

/// The sources that settings are read from.
///
/// [`Sources::process`] reads those of the process; [`Sources::none`] and the `with_…` methods
/// build others, for tests and for `plinth dev`.
#[derive(Clone, Default)]
pub struct Sources {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) dotenv: Option<Document>,
    pub(crate) file: Option<Document>,
}

/// The name and the text of a file, or the reason why it cannot be read.
#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) text: Result<String, String>,
}

impl Document {
    /// `None` when the file does not exist.
    fn read(path: &Path) -> Option<Self> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            read => read.map_err(|error| error.to_string()),
        };
        Some(Self { name: path.display().to_string(), text })
    }
}

/// Where the value of a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable of the process.
    Variable(String),
    /// A variable in `.env`.
    DotEnv(String),
    /// The settings file of this name.
    File(String),
    /// No source: the default.
    Default,
    /// No source, and there is no default.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DotEnv(name) => write!(f, "{name} in .env"),
            Self::Variable(name) | Self::File(name) => write!(f, "{name}"),
            Self::Default => f.write_str("the default"),
            Self::Unset => f.write_str("nowhere"),
        }
    }
}

impl Sources {
    /// Reads the environment, `.env` and the settings file of this process.
    ///
    /// `.env` and `plinth.toml` are optional files of the working directory. A file that
    /// `PLINTH_CONFIG` names must exist.
    #[must_use]
    pub fn process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let variables: BTreeMap<_, _> =
            env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        let file = match variables.get(FILE_VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => Document::read(Path::new(path)).or_else(|| {
                let text = Err(format!("does not exist, and {FILE_VARIABLE} names it"));
                Some(Document { name: path.clone(), text })
            }),
            None => Document::read(Path::new("plinth.toml")),
        };
        Self { variables, dotenv: Document::read(Path::new(".env")), file }
    }

    /// No source: every setting has its default.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets a variable, and replaces an earlier value.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Sets the text of the settings file; `name` is its name in messages.
    #[must_use]
    pub fn with_file(mut self, name: impl Into<String>, toml: impl Into<String>) -> Self {
        self.file = Some(Document { name: name.into(), text: Ok(toml.into()) });
        self
    }

    /// Sets the text of `.env`.
    #[must_use]
    pub fn with_dotenv(mut self, text: impl Into<String>) -> Self {
        self.dotenv = Some(Document { name: ".env".to_owned(), text: Ok(text.into()) });
        self
    }
}
