//! Service accounts: members without a password, which act by API keys alone.

use plinth_domain::{Email, Id, Membership, Name, Permission, RoleRef, User};
use plinth_ports::{Counted, Member};

use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Recorded,
    execute::{detached, use_case_span},
    roles::find_role_of,
};

/// A service account that becomes a member: see [`Application::new_service_account`].
#[derive(Debug, Clone)]
pub struct AddServiceAccount {
    user: User,
    role: RoleRef,
}

impl Application {
    /// Stores the user of a new service account. It is a member only after the command that is
    /// returned, and without a membership it can do nothing.
    pub async fn new_service_account(
        &self,
        caller: &Caller,
        name: Name,
        role: RoleRef,
    ) -> Result<AddServiceAccount, Error> {
        self.permit(caller, AddServiceAccount::PERMISSION, AddServiceAccount::NAME)?;
        let (app, access) = (self.clone(), caller.access);
        detached(use_case_span("member.new_service_account"), async move {
            let organization = access.organization();
            let mut unit = app.ports.stores.system.begin_for(organization).await?;
            let assigned = find_role_of(organization, role, &mut *unit).await?;
            access.check_role(assigned.ok_or_else(|| Error::unknown_reference("role_id"))?)?;
            let (id, now) = (app.ports.ids.at(unit.now()), unit.now());
            // RFC 2606: no mail ever goes to such an address.
            let email = Email::parse(&format!("{id}@service.invalid"));
            let email = email.map_err(|invalid| Error::internal(invalid.to_string()))?;
            let user = User::new(Id::from_uuid(id), email, name, now);
            unit.insert_user(&user, None).await?;
            unit.commit().await?;
            Ok(AddServiceAccount { user, role })
        })
        .await
    }
}

impl Command for AddServiceAccount {
    const NAME: &'static str = "member.add_service_account";
    const PERMISSION: Permission = Permission::MemberUpdate;
    type Output = Member;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Member>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let role = ctx.named_role(self.role).await?;
        ctx.access.check_role(role)?;
        ctx.make_room_for(Counted::Members, 1).await?;
        let (id, user) = (ctx.id(), self.user.id);
        let membership = Membership::of_service(id, ctx.organization(), user, role, ctx.now)?;
        let member = Member::of(membership, &self.user);
        ctx.unit.members().insert(&member).await?;
        let audit = AuditRecord::created("member.service_account_created", &member)?;
        Ok(Recorded::new(member, audit))
    }
}
