//! The header `Upload-Concat`: a partial upload, or one that joins partial uploads.

use actix_web::HttpRequest;
use plinth_domain::{Id, Upload, UploadId};
use uuid::Uuid;

use super::codes::UPLOAD_HEADER;
use crate::problem::ApiError;

pub(super) const HEADER: &str = "Upload-Concat";

/// The value for a partial upload.
pub(super) const PARTIAL: &str = "partial";

/// The path of an upload, without its identity.
pub(super) const PATH: &str = "/api/v1/uploads/";

/// What an upload has to do with others.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Concatenation {
    /// Nothing.
    Whole,
    /// Another upload will join it.
    Partial,
    /// It joins these, in this order.
    Joins(Vec<UploadId>),
}

impl Concatenation {
    /// Reads the header of a creation.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let Some(header) = request.headers().get(HEADER) else { return Ok(Self::Whole) };
        header.to_str().ok().and_then(Self::parse).ok_or_else(|| {
            let detail = format!(
                "{HEADER} must be `partial`, or `final;` and the URLs of 1 to {} different uploads, \
                 separated by blanks",
                Upload::MAX_JOINS
            );
            ApiError::bad_request(UPLOAD_HEADER, detail)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if text == PARTIAL {
            return Some(Self::Partial);
        }
        let urls = text.strip_prefix("final;")?.split(' ').filter(|url| !url.is_empty());
        let ids = urls.take(Upload::MAX_JOINS + 1).map(identity).collect::<Option<Vec<_>>>()?;
        let is_fine = (1..=Upload::MAX_JOINS).contains(&ids.len());
        let is_distinct = (1..ids.len()).all(|place| !ids[..place].contains(&ids[place]));
        (is_fine && is_distinct).then_some(Self::Joins(ids))
    }
}

/// The identity in the URL of an upload: absolute, or only its path. Proxies may have changed what
/// is before the path.
fn identity(url: &str) -> Option<UploadId> {
    let (_, id) = url.split_once(PATH)?;
    Uuid::try_parse(id).ok().map(Id::from_uuid)
}

/// The value for an upload that joins others.
pub(super) fn joining(upload: &Upload, prefix: &str) -> String {
    let urls = upload.joins.iter().map(|part| format!("{prefix}{PATH}{part}")).collect::<Vec<_>>();
    format!("final;{}", urls.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(n: u128) -> String {
        format!("{PATH}{}", Uuid::from_u128(n))
    }

    #[test]
    fn the_uploads_to_be_joined_are_named_by_path_or_by_url() {
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let text = format!("final;{} https://api.example.com/base{}", url(1), url(2));
        assert_eq!(Concatenation::parse(&text), Some(Concatenation::Joins(vec![id(1), id(2)])));
        assert_eq!(Concatenation::parse("partial"), Some(Concatenation::Partial));
    }

    #[test]
    fn what_names_no_uploads_or_too_many_or_one_twice_is_refused() {
        let many = (0..).map(url).take(Upload::MAX_JOINS + 1).collect::<Vec<_>>();
        let all = format!("final;{}", many[1..].join(" "));
        assert!(Concatenation::parse(&all).is_some());
        for text in [
            String::new(),
            "Partial".to_owned(),
            "final".to_owned(),
            "final;".to_owned(),
            "final; ".to_owned(),
            "final;/api/v1/documents/7".to_owned(),
            format!("final;{}/", url(1)),
            format!("final;{0} {0}", url(1)),
            format!("final;{},{}", url(1), url(2)),
            format!("final;{}", many.join(" ")),
        ] {
            assert_eq!(Concatenation::parse(&text), None, "{text}");
        }
    }
}
