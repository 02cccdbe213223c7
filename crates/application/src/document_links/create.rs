use plinth_domain::{
    DocumentId, DocumentLink, DocumentLinkDraft, LinkPassword, MaxDownloads, Name, Password,
    Permission, Timestamp,
};
use plinth_ports::IdempotencyKey;

use super::{DOCUMENT_LINK_EXCEEDS_CALLER, check_expiry, token::Given};
use crate::{
    Answer, Application, Caller, Command, Error, Rendered,
    crud::{Create, Crud},
};

/// The values of a new document link, with its password in clear text.
#[derive(Debug, Clone)]
pub struct NewDocumentLink {
    /// The document.
    pub document: DocumentId,
    /// Whom it is for.
    pub label: Option<Name>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How often the document may be downloaded; `None` for any number of times.
    pub max_downloads: Option<MaxDownloads>,
    /// What a reader must know.
    pub password: Option<Password>,
}

impl Application {
    /// Creates a document link, once for a key.
    pub async fn create_document_link(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        new: NewDocumentLink,
        render: impl FnOnce(&DocumentLink) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        // Before the password is hashed, which costs much.
        self.admit(caller, DocumentLink::CREATE, Create::<DocumentLink>::NAME)?;
        if !reads_documents(caller) {
            let detail = "the caller lacks the permission document:read".into();
            return Err(Error::Refused { code: DOCUMENT_LINK_EXCEEDS_CALLER, detail });
        }
        check_expiry(new.expires_at, self.now())?;
        let NewDocumentLink { document, label, expires_at, max_downloads, password } = new;
        let password = match password {
            Some(password) => {
                let hasher = &self.ports.security.hasher;
                Some(LinkPassword(hasher.hash(password, caller.origin.block()).await?.0))
            }
            None => None,
        };
        let draft = DocumentLinkDraft { document, label, expires_at, max_downloads, password };
        self.execute_once(caller, key, Create { draft }, render).await
    }

    /// The token of a link; `None` for a caller who may not read documents.
    #[must_use]
    pub fn document_link_token(&self, caller: &Caller, link: &DocumentLink) -> Option<String> {
        let given = Given { organization: link.organization, link: link.id };
        reads_documents(caller).then(|| given.token(&self.ports.security.key))
    }
}

/// Who has the token of a link reads its document.
fn reads_documents(caller: &Caller) -> bool {
    caller.access.permissions().contains(Permission::DocumentRead)
}
