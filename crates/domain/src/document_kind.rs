/// The kind of a document, which follows from its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A PDF file.
    Pdf,
    /// A picture.
    Photo,
    /// A building model (IFC, ISO 16739).
    Ifc,
    /// Any other file.
    Other,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Photo, Self::Ifc, Self::Other];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Photo => "photo",
            Self::Ifc => "ifc",
            Self::Other => "other",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
