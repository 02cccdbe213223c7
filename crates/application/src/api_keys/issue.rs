use plinth_domain::{
    ApiKey, ApiKeyDraft, ApiKeyId, Budget, BudgetDraft, BudgetId, BudgetPeriod, BudgetScope,
    MemberKind, Revision, UserId,
};
use plinth_ports::{Counted, MailKind};

use crate::{
    AuditRecord, Context, Error, Recorded, SendMail, Token,
    mail::{language_of, spoken},
    resource::Action,
};

/// A budget for what an API key executes, and for what the keys execute that descend from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyBudget {
    /// How long the limit counts.
    pub period: BudgetPeriod,
    /// The most that a period may cost, in nano-USD.
    pub hard_limit: i64,
    /// The part of the limit from which on is warned, in percent.
    pub soft_percent: u8,
}

/// A new API key with its secret, which is shown only now.
#[derive(Debug)]
pub struct CreatedApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret.
    pub secret: Token,
    /// The budget that was created with it.
    pub budget: Option<BudgetId>,
}

impl Context<'_> {
    /// Stores a new key of `owner`, the caller or a service account, with its budget. What the
    /// caller may give it was checked before.
    pub(crate) async fn issue_key(
        &mut self,
        draft: ApiKeyDraft,
        owner: UserId,
        parent: Option<ApiKeyId>,
        budget: Option<KeyBudget>,
    ) -> Result<Recorded<CreatedApiKey>, Error> {
        self.make_room::<ApiKey>().await?;
        self.make_room_for(Counted::LiveApiKeys, 1).await?;
        let secret = self.token(Token::API_KEY);
        let key = ApiKey {
            id: self.id(),
            organization: self.organization(),
            name: draft.name,
            last_four: secret.last_four().to_owned(),
            grant: draft.grant,
            prompts: draft.prompts,
            created_by: owner,
            parent,
            agent_run: None,
            expires_at: draft.expires_at,
            last_used_at: None,
            revoked_at: None,
            revision: Revision::first(self.now),
        };
        self.unit.api_keys().insert(&key, &secret.hash()).await?;
        self.tell_key_created(&key).await?;
        let audit = AuditRecord::created("api_key.created", &key)?;
        let Some(budget) = budget else {
            return Ok(Recorded::new(CreatedApiKey { key, secret, budget: None }, audit));
        };
        let (budget, of_budget) = self.limit_key(key.id, budget).await?;
        let created = CreatedApiKey { key, secret, budget: Some(budget) };
        Ok(Recorded::new(created, audit).along_with(vec![of_budget]))
    }

    /// Enqueues a mail to the person who has created a key.
    async fn tell_key_created(&mut self, key: &ApiKey) -> Result<(), Error> {
        if self.mail.is_none() {
            return Ok(());
        }
        let person = self.person()?;
        let (organization, creator) = self.mail_parties(person).await?;
        if creator.membership.kind == MemberKind::Service {
            return Ok(());
        }
        let language = language_of(&organization, &creator);
        let mail = SendMail::new(MailKind::ApiKeyCreated, &creator.email, language)
            .greeting(creator.name.as_str())
            .saying("organization", organization.name.as_str())
            .saying("key", key.name.as_str())
            .saying("time", spoken(self.now));
        self.enqueue(mail).await.map(drop)
    }

    /// Stores the budget of a new key.
    async fn limit_key(
        &mut self,
        key: ApiKeyId,
        budget: KeyBudget,
    ) -> Result<(BudgetId, AuditRecord), Error> {
        self.make_room::<Budget>().await?;
        let KeyBudget { period, hard_limit, soft_percent } = budget;
        let scope = BudgetScope::ApiKey(key);
        let draft = BudgetDraft { scope, period, hard_limit, soft_percent };
        let budget = Budget::create(self.id(), self.organization(), draft, self.now);
        self.unit.budgets().insert(&budget).await.map_err(Error::write::<Budget>)?;
        Ok((budget.id, AuditRecord::created(Action::<Budget>::CREATED, &budget)?))
    }
}
