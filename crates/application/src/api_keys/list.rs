use plinth_domain::{ApiKey, Permission};
use plinth_ports::{ApiKeySort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists the API keys.
#[derive(Debug, Clone)]
pub struct ListApiKeys {
    /// In which order, and from where.
    pub page: PageRequest<ApiKeySort>,
}

impl Query for ListApiKeys {
    const NAME: &'static str = "api_key.list";
    const PERMISSION: Permission = Permission::ApiKeyRead;
    type Output = Page<ApiKey>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<ApiKey>, Error> {
        Ok(view.unit.api_keys().list(&(), &self.page).await?)
    }
}
