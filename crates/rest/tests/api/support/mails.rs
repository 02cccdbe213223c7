//! The mails that a worker would send.

use std::time::Duration;

use plinth_application::{JobKind, SendMail};
use plinth_ports::{Claim, MailDraft, MailKind};

use super::{TestApp, app::MAIL_LINKS};

impl TestApp {
    /// The draft of the next mail of a kind to an address. Those before it are lost.
    pub async fn mail_to(&self, address: &str, kind: MailKind) -> MailDraft {
        for _ in 0..500 {
            for (to, draft) in self.mails(1).await {
                if (&*to, draft.kind) == (address, kind) {
                    return draft;
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail of the kind {kind:?} to {address} was enqueued");
    }

    /// The next mails, each with its address.
    pub async fn mails(&self, limit: u16) -> Vec<(String, MailDraft)> {
        let kinds = Some(&[SendMail::KIND][..]);
        let claim = Claim { worker: "test", lease: Duration::from_mins(1), limit, kinds };
        let leased = self.queue.claim(claim).await.unwrap().into_iter();
        let drafts = leased.map(|leased| {
            let mail = serde_json::from_str(leased.job.payload.as_str()).unwrap();
            let (to, draft) = self.application.mail_draft(&leased.job, mail).unwrap().unwrap();
            (to.as_str().to_owned(), draft)
        });
        drafts.collect()
    }
}

/// The token of a mail's link to a page.
pub fn token_in(draft: &MailDraft, page: &str) -> String {
    let link = draft.link.as_deref().unwrap();
    let token = link.strip_prefix(&format!("{MAIL_LINKS}/account/{page}#"));
    token.unwrap_or_else(|| panic!("{link}")).to_owned()
}
