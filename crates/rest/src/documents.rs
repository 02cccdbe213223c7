//! Documents: files in, files out, and what is known of them.

mod direct;
mod download;
mod dto;
mod form;
mod handlers;
mod range;
mod upload;

pub(crate) use direct::{abandon_direct_upload, complete_direct_upload, create_direct_upload};
pub(crate) use download::{get_document_content, get_document_thumbnail};
pub(crate) use handlers::{
    delete_document, get_document, list_document_versions, list_documents, update_document,
};
pub(crate) use upload::{create_document, put_document_content};

plinth_domain::codes! {
    FIELD_REPEATED = "field.repeated", "A field of a form is given twice.";
    TEXT_ENCODING = "text.encoding", "A text is not UTF-8.";
    MULTIPART_AFTER_FILE = "multipart.after_file", "The file must be the last field of the form.";
    RANGE_UNSATISFIABLE = "range.unsatisfiable",
        "The file does not have the bytes that were asked for.";
}
