use plinth_domain::{Locale, Name, Patch, Timezone, User};

use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
};

/// What a user changes of their account.
#[derive(Debug, Clone, Default)]
pub struct ProfileChanges {
    /// The name.
    pub name: Option<Name>,
    /// The language of mails to the user.
    pub locale: Patch<Locale>,
    /// The time zone of times in mails to the user.
    pub time_zone: Patch<Timezone>,
}

impl Application {
    /// Changes the caller's account, and returns the user. Without a difference nothing is stored.
    pub async fn change_profile(
        &self,
        caller: &Caller,
        changes: ProfileChanges,
    ) -> Result<User, Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.change_profile"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, _) = app.lock_caller(&mut *unit, &caller).await?;
            let mut login = account.login.clone();
            let user = &mut login.user;
            if let Some(name) = changes.name {
                user.name = name;
            }
            changes.locale.apply(&mut user.locale);
            changes.time_zone.apply(&mut user.time_zone);
            if login == account.login {
                return Ok(login.user);
            }
            login.user.revision = login.user.revision.next(unit.now());
            unit.update_login(&login).await?;
            let (places, action) = (&account.places, "user.profile_changed");
            app.record_everywhere(&mut *unit, places, action, &caller.origin).await?;
            app.commit(unit).await?;
            Ok(login.user)
        })
        .await
    }
}
