use plinth_domain::{Invoice, Permission};

use super::{CreateInvoice, FullInvoice, draft::insert};
use crate::{Command, Context, Error, Recorded};

/// Creates several drafts, all or none.
#[derive(Debug)]
pub struct CreateInvoices {
    /// Their values.
    pub drafts: Vec<CreateInvoice>,
}

impl Command for CreateInvoices {
    const NAME: &'static str = "invoice.create_batch";
    const PERMISSION: Permission = Permission::InvoiceCreate;
    type Output = Vec<Invoice>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Vec<Invoice>>, Error> {
        let drafts = calculated(ctx, self.drafts).await?;
        ctx.make_room_of::<Invoice>(drafts.len()).await?;
        let mut audits = Vec::with_capacity(drafts.len());
        let mut output = Vec::with_capacity(drafts.len());
        for (index, full) in drafts.into_iter().enumerate() {
            let stored = insert(ctx, full).await.map_err(|error| error.within(&item(index)))?;
            output.push(stored.0.invoice);
            audits.push(stored.1);
        }
        Ok(Recorded { output, audits })
    }
}

/// The drafts with their totals, or the faults of all of them.
async fn calculated(
    ctx: &mut Context<'_>,
    drafts: Vec<CreateInvoice>,
) -> Result<Vec<FullInvoice>, Error> {
    let (mut calculated, mut faults) = (Vec::with_capacity(drafts.len()), Vec::new());
    for (index, draft) in drafts.into_iter().enumerate() {
        match draft.calculated(ctx).await {
            Ok(full) => calculated.push(full),
            Err(error) => match error.within(&item(index)) {
                Error::Invalid(more) => faults.extend(more),
                other => return Err(other),
            },
        }
    }
    if faults.is_empty() { Ok(calculated) } else { Err(Error::Invalid(faults)) }
}

/// The place of a draft in the request.
fn item(index: usize) -> String {
    format!("/items/{index}")
}
