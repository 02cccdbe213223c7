use std::time::Duration;

use plinth_domain::{Embedding, EmbeddingSpace, VectorUse};

use super::{
    embedding::{Embedder, FindEmbedder, space},
    embedding_input::EmbeddingUse,
};
use crate::{Application, Caller, Error};

/// How long a search waits for the vector of what is looked for.
const QUERY_TIME: Duration = Duration::from_secs(3);

/// The vector of what is looked for.
pub(super) type AskedVector = Option<(EmbeddingSpace, Embedding)>;

impl Application {
    /// The vector of a text that is looked for in documents. It is asked for outside of any transaction, once, and
    /// a failure is no failure of the search, nor is a budget that has not enough left.
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
        let texts = vec![text.to_owned()];
        match self.embed_counted(caller, &model, EmbeddingUse::Search, texts, QUERY_TIME).await {
            Ok(made) => {
                let vector = made.vectors.into_iter().next().map(|vector| (space(&model), vector));
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
