use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use plinth_domain::{ContentType, DOCUMENT_MALFORMED, ThumbnailSize};
use plinth_ports::{
    ByteStream, Findings, Inspection, Inspector, InspectorError, Thumbnail, Unreadable,
};

/// Shows a picture as it is; one whose bytes end with `broken` cannot be read. The tests of
/// `plinth-inspect` decode pictures.
pub struct SamePicture;

#[async_trait]
impl Inspector for SamePicture {
    async fn inspect(
        &self,
        content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let pieces: Vec<Bytes> = content.try_collect().await.unwrap();
        let bytes = Bytes::from(pieces.concat());
        let size_bytes = bytes.len() as u64;
        let detail = "the picture is broken".to_owned();
        let findings = if bytes.ends_with(b"broken") {
            Err(Unreadable { code: DOCUMENT_MALFORMED, detail })
        } else {
            let thumbnails = vec![Thumbnail { size: ThumbnailSize::Small, bytes }];
            Ok(Findings { thumbnails, ..Findings::default() })
        };
        Ok(Inspection { sha256: [0; 32], size_bytes, findings })
    }
}
