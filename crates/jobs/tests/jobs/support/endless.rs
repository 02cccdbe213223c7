use async_trait::async_trait;
use plinth_domain::ContentType;
use plinth_ports::{ByteStream, Inspection, Inspector, InspectorError};

/// An inspection that never ends.
pub struct Endless;

#[async_trait]
impl Inspector for Endless {
    async fn inspect(
        &self,
        _content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        std::future::pending().await
    }
}
