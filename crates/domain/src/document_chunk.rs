use std::fmt;

use crate::{DocumentId, DocumentVersionId, Id, Model, ModelId};

/// The identity of a chunk.
pub type DocumentChunkId = Id<DocumentChunk>;

/// A piece of the text of a document's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChunk {
    /// The identity.
    pub id: DocumentChunkId,
    /// The document.
    pub document: DocumentId,
    /// The version whose text it is.
    pub version: DocumentVersionId,
    /// Its place among the chunks of the version, from 0.
    pub position: u16,
    /// Where it begins, in characters of the text.
    pub start: u32,
    /// The text.
    pub content: String,
}

/// A vector of length one: only its direction counts.
#[derive(Clone, PartialEq)]
pub struct Embedding(Vec<f32>);

impl Embedding {
    /// The most dimensions.
    pub const MAX_DIMENSIONS: usize = 4096;

    /// The direction of a vector. `None` where it has none: all zero, not finite, without dimensions or
    /// with too many.
    #[must_use]
    pub fn of(mut values: Vec<f32>) -> Option<Self> {
        if !(1..=Self::MAX_DIMENSIONS).contains(&values.len()) {
            return None;
        }
        let length = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        if !length.is_finite() || length <= 0.0 {
            return None;
        }
        for value in &mut values {
            #[expect(clippy::cast_possible_truncation, reason = "at most one")]
            let unit = (f64::from(*value) / length) as f32;
            *value = unit;
        }
        Some(Self(values))
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// The number of dimensions.
    #[must_use]
    pub fn dimensions(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }

    /// The cosine of the angle to a vector of as many dimensions: 1 for the same direction.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

/// Without the values, which would fill a log.
impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Embedding({} dimensions)", self.0.len())
    }
}

/// What can be compared with each other: vectors of one model, as long as the provider's model of this
/// name and address, and how it is asked, are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddingSpace {
    /// The model.
    pub model: ModelId,
    /// Made of the provider, its name of the model, the address and the configuration.
    pub fingerprint: i64,
}

impl EmbeddingSpace {
    /// The space of a model's vectors.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let names = [model.provider.name(), model.model_id.as_str(), model.address()];
        // Prefixes and parameters make other vectors.
        let config = Some(model.config.as_str()).filter(|config| *config != "{}");
        let bytes = names.into_iter().chain(config).flat_map(|name| name.bytes().chain([0]));
        Self { model: model.id, fingerprint: fnv1a(bytes).cast_signed() }
    }
}

/// The 64-bit hash FNV-1a: it only has to tell the few names apart that one model ever has.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_direction_of_a_vector_counts() {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        let (a, b) =
            (Embedding::of(vec![3.0, 4.0]).unwrap(), Embedding::of(vec![6.0, 8.0]).unwrap());
        assert!(near(a.similarity(&b), 1.0) && near(a.values()[0], 0.6));
        let across = Embedding::of(vec![-4.0, 3.0]).unwrap();
        assert!(near(a.similarity(&across), 0.0));
        assert_eq!(format!("{a:?}"), "Embedding(2 dimensions)");
    }

    #[test]
    fn a_vector_without_a_direction_is_none() {
        let refused =
            [vec![], vec![0.0, 0.0], vec![f32::NAN], vec![f32::INFINITY], vec![1.0; 4097]];
        assert!(refused.into_iter().all(|values| Embedding::of(values).is_none()));
        assert!(Embedding::of(vec![f32::MAX, f32::MAX]).is_some());
    }
}
