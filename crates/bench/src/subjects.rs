//! What the requests of a client refer to.

use std::sync::Arc;

use crate::{dataset::Organization, failure::Result, http::Connection, requests::get};

/// The organizations and pages that a client asks about.
#[derive(Debug, Clone)]
pub struct Subjects {
    /// The number of organizations; requests go to the first of the dataset.
    pub organizations: u64,
    /// Pages near the end of long lists.
    pub deep: Arc<Vec<DeepPage>>,
}

/// A page near the end of the list of a large organization.
#[derive(Debug)]
pub struct DeepPage {
    /// The organization that owns the list.
    pub organization: Organization,
    /// The cursor of the page.
    pub cursor: String,
}

impl DeepPage {
    /// Reads the lists of the large organizations to their ends and returns the last 10 pages
    /// of each.
    pub async fn find(connection: &mut Connection) -> Result<Vec<Self>> {
        let (mut found, mut request) = (Vec::new(), Vec::new());
        for organization in Organization::large() {
            let mut cursors = Vec::new();
            loop {
                let after = cursors.last().map(|cursor| format!("&cursor={cursor}"));
                let path = format!("/api/v1/projects?limit=200{}", after.unwrap_or_default());
                request.clear();
                get(&mut request, &path, Some(organization))?;
                let reply = connection.send_request(&request).await?;
                let page: serde_json::Value = serde_json::from_slice(reply.body)?;
                match page["next_cursor"].as_str() {
                    Some(cursor) => cursors.push(cursor.to_owned()),
                    None if reply.status == 200 => break,
                    None => return Err(format!("a list was answered {page}").into()),
                }
            }
            let last = cursors.into_iter().rev().take(10);
            found.extend(last.map(|cursor| Self { organization, cursor }));
        }
        Ok(found)
    }
}
