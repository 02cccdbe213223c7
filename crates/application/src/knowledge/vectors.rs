use std::time::Duration;

use plinth_domain::{Embedding, EmbeddingSpace};

use super::embedding::{Embedder, FindEmbedder, space};
use crate::{Application, Caller, Error};

/// How long a search waits for the vector of what is looked for.
const QUERY_TIME: Duration = Duration::from_secs(3);

/// What vectors did for a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorUse {
    /// They were compared.
    Used,
    /// The organization has no embedding model, or nothing with vectors was looked for.
    Off,
    /// The embedding model gave none: the answer comes of words and names alone.
    Unavailable,
}

impl VectorUse {
    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Off => "off",
            Self::Unavailable => "unavailable",
        }
    }
}

/// The vector of what is looked for.
pub(super) type AskedVector = Option<(EmbeddingSpace, Embedding)>;

impl Application {
    /// The vector of a text that is looked for in documents. It is asked for outside of any transaction, once, and
    /// a failure is no failure of the search.
    pub(super) async fn asked_vector(
        &self,
        caller: &Caller,
        text: &str,
    ) -> Result<(VectorUse, AskedVector), Error> {
        let model = match self.query(caller, FindEmbedder).await? {
            Embedder::None => return Ok((VectorUse::Off, None)),
            Embedder::Missing => return Ok((VectorUse::Unavailable, None)),
            Embedder::Model(model) => model,
        };
        match self.embed(&model, &[text.to_owned()], QUERY_TIME).await {
            Ok(vectors) => {
                let vector = vectors.into_iter().next().map(|vector| (space(&model), vector));
                Ok((VectorUse::Used, vector))
            }
            Err(failure) => {
                let error = &failure as &dyn std::error::Error;
                tracing::debug!(error, "a search goes on without vectors");
                Ok((VectorUse::Unavailable, None))
            }
        }
    }
}
