use std::{collections::HashMap, ops::RangeInclusive};

use plinth_domain::ContentType;

use super::spatial::{Kind, SpatialElement};
use crate::{
    Limits,
    refusal::Refusal,
    step::{CodePage, ParameterPosition, Visitor, Votes, decode},
    text,
    warnings::Warnings,
};

/// The maximum number of schemas.
const MAX_SCHEMAS: usize = 10;

/// The maximum number of entity types that are counted apart. IFC 4.3 has about 900.
const MAX_TYPES: usize = 2000;

/// Where the entities of all further types are counted. No type is in lower case.
const FURTHER_TYPES: &str = "other";

/// The maximum number of spatial elements whose names are kept.
const MAX_SPATIAL_ELEMENTS: usize = 1000;

/// The maximum length of a name and of a description, in characters.
pub(crate) const NAME_CHARS: usize = 200;
pub(crate) const DESCRIPTION_CHARS: usize = 1000;

/// How much of a string is kept before it is decoded, in bytes: a character takes at most 16.
const RAW_BYTES: usize = 16 * DESCRIPTION_CHARS;

/// The content of a model that has been read so far.
#[derive(Debug)]
pub(crate) struct Model {
    /// The names of the schemas, still encoded.
    pub(crate) schemas: Vec<Vec<u8>>,
    pub(crate) instances: u64,
    pub(crate) counts: HashMap<String, u64>,
    pub(crate) spatial_elements: Vec<SpatialElement>,
    pub(crate) votes: Votes,
    content_type: ContentType,
    /// Whether the current instance is the last of `spatial_elements`.
    named: bool,
    max_instances: u64,
}

impl Model {
    pub(crate) fn new(content_type: ContentType, limits: &Limits) -> Self {
        Self {
            schemas: Vec::new(),
            instances: 0,
            counts: HashMap::new(),
            spatial_elements: Vec::new(),
            votes: Votes::default(),
            content_type,
            named: false,
            max_instances: limits.entities,
        }
    }

    /// The first schema that has a name.
    pub(crate) fn schema(&self) -> Option<String> {
        self.schemas.iter().find_map(|raw| {
            text::name(&decode(raw, CodePage::Latin, &mut Warnings::default()), NAME_CHARS)
        })
    }

    /// Whether the file must have a schema, because it is known as a building model.
    pub(crate) fn needs_schema(&self) -> bool {
        self.content_type != ContentType::Step
    }

    fn count(&mut self, keyword: &str) {
        if let Some(count) = self.counts.get_mut(keyword) {
            *count += 1;
            return;
        }
        let keyword = if self.counts.len() < MAX_TYPES { keyword } else { FURTHER_TYPES };
        *self.counts.entry(keyword.to_owned()).or_default() += 1;
    }
}

impl Visitor for Model {
    fn header(&mut self, keyword: &[u8], position: ParameterPosition, raw: &[u8]) {
        /// The attributes of `FILE_NAME` that name programs, from 0.
        const PROGRAMS: RangeInclusive<usize> = 4..=5;
        if keyword.eq_ignore_ascii_case(b"FILE_SCHEMA") && self.schemas.len() < MAX_SCHEMAS {
            self.schemas.push(kept(raw));
        }
        let is_program = position.depth == 1 && PROGRAMS.contains(&position.index);
        if keyword.eq_ignore_ascii_case(b"FILE_NAME") && is_program {
            self.votes.program(raw);
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

    fn entity(&mut self, keyword: &[u8]) {
        // Keywords are upper case, but some programs write lower case.
        let upper;
        let mut keyword = std::str::from_utf8(keyword).unwrap_or_default();
        if keyword.bytes().any(|byte| byte.is_ascii_lowercase()) {
            upper = keyword.to_ascii_uppercase();
            keyword = &upper;
        }
        self.count(keyword);
        let kind = Kind::of(keyword).filter(|_| self.spatial_elements.len() < MAX_SPATIAL_ELEMENTS);
        self.named = kind.is_some();
        self.spatial_elements.extend(kind.map(|kind| SpatialElement {
            kind,
            name: None,
            description: None,
            long_name: None,
        }));
    }

    fn needs_only_the_header(&self) -> bool {
        self.schema().map_or(!self.needs_schema(), |schema| !is_ifc(&schema))
    }

    fn string(&mut self, position: ParameterPosition, raw: &[u8]) {
        if !self.named || position.depth != 1 {
            return;
        }
        let Some(named) = self.spatial_elements.last_mut() else { return };
        let place = match position.index {
            2 => &mut named.name,
            3 => &mut named.description,
            index if index == named.kind.long_name() => &mut named.long_name,
            _ => return,
        };
        let raw = kept(raw);
        self.votes.string(&raw);
        *place = Some(raw);
    }
}

/// Whether a schema is one of building models.
pub(crate) fn is_ifc(schema: &str) -> bool {
    schema.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("IFC"))
}

/// The start of a string.
fn kept(raw: &[u8]) -> Vec<u8> {
    raw[..raw.len().min(RAW_BYTES)].to_vec()
}
