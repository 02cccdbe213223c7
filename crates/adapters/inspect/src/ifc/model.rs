use std::collections::HashMap;

use crate::{
    Limits,
    refusal::Refusal,
    step::{ParameterPosition, Visitor, decode},
    text,
};

/// The maximum number of entity types. IFC 4.3 has about 900.
const MAX_TYPES: usize = 2000;

/// The maximum number of spatial elements whose names are kept.
const MAX_SPATIAL_ELEMENTS: usize = 1000;

/// The maximum length of a name and of a description, in characters.
const NAME_CHARS: usize = 200;
const DESCRIPTION_CHARS: usize = 1000;

/// The kinds of entity whose names are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Site,
    Building,
    Storey,
}

impl Kind {
    fn of(keyword: &str) -> Option<Self> {
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
    const fn long_name(self) -> usize {
        match self {
            Self::Project => 5,
            Self::Site | Self::Building | Self::Storey => 7,
        }
    }
}

/// A project, a site, a building or a storey.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) kind: Kind,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) long_name: Option<String>,
}

/// The content of a model that has been read so far.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) schemas: Vec<String>,
    pub(crate) instances: u64,
    pub(crate) counts: HashMap<String, u64>,
    pub(crate) spatial_elements: Vec<Named>,
    /// Whether the current instance is the last of `spatial_elements`.
    named: bool,
    max_instances: u64,
}

impl Model {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            schemas: Vec::new(),
            instances: 0,
            counts: HashMap::new(),
            spatial_elements: Vec::new(),
            named: false,
            max_instances: limits.entities,
        }
    }

    fn count(&mut self, keyword: &str, line: u64) -> Result<(), Refusal> {
        if let Some(count) = self.counts.get_mut(keyword) {
            *count += 1;
            return Ok(());
        }
        if self.counts.len() == MAX_TYPES {
            let detail = format!("line {line}: more than {MAX_TYPES} types of entity");
            return Err(Refusal::too_complex(detail));
        }
        self.counts.insert(keyword.to_owned(), 1);
        Ok(())
    }
}

impl Visitor for Model {
    fn schema(&mut self, name: &[u8]) {
        if self.schemas.len() < 10 {
            self.schemas.extend(text::name(&decode(name), NAME_CHARS));
        }
    }

    fn instance(&mut self, line: u64) -> Result<(), Refusal> {
        self.instances += 1;
        if self.instances > self.max_instances {
            let detail = format!("line {line}: more than {} entities", self.max_instances);
            return Err(Refusal::too_complex(detail));
        }
        Ok(())
    }

    fn entity(&mut self, keyword: &[u8], line: u64) -> Result<(), Refusal> {
        // Keywords are upper case, but some programs write lower case.
        let upper;
        let mut keyword = std::str::from_utf8(keyword).unwrap_or_default();
        if keyword.bytes().any(|byte| byte.is_ascii_lowercase()) {
            upper = keyword.to_ascii_uppercase();
            keyword = &upper;
        }
        self.count(keyword, line)?;
        let kind = Kind::of(keyword).filter(|_| self.spatial_elements.len() < MAX_SPATIAL_ELEMENTS);
        self.named = kind.is_some();
        self.spatial_elements.extend(kind.map(|kind| Named {
            kind,
            name: None,
            description: None,
            long_name: None,
        }));
        Ok(())
    }

    fn string(&mut self, position: ParameterPosition, raw: &[u8]) {
        if !self.named || position.depth != 1 {
            return;
        }
        let Some(named) = self.spatial_elements.last_mut() else { return };
        match position.index {
            2 => named.name = text::name(&decode(raw), NAME_CHARS),
            3 => named.description = text::name(&decode(raw), DESCRIPTION_CHARS),
            index if index == named.kind.long_name() => {
                named.long_name = text::name(&decode(raw), NAME_CHARS);
            }
            _ => {}
        }
    }
}
