/// The kinds of entity whose names are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Site,
    Building,
    Storey,
}

impl Kind {
    pub(super) fn of(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "IFCPROJECT" => Self::Project,
            "IFCSITE" => Self::Site,
            "IFCBUILDING" => Self::Building,
            "IFCBUILDINGSTOREY" => Self::Storey,
            _ => return None,
        })
    }

    /// The attribute that holds the long name, from 0: `LongName` of
    /// `IfcContext`, and of `IfcSpatialElement` (ISO 16739-1).
    pub(super) const fn long_name(self) -> usize {
        match self {
            Self::Project => 5,
            Self::Site | Self::Building | Self::Storey => 7,
        }
    }
}

/// A project, a site, a building or a storey. Its strings are still encoded, because only the
/// whole file tells their code page.
#[derive(Debug)]
pub(crate) struct SpatialElement {
    pub(crate) kind: Kind,
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) long_name: Option<Vec<u8>>,
}
