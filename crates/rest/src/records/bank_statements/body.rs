use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use bytes::Bytes;
use plinth_application::{Expected, bank_statements::BookTransaction};
use plinth_domain::{BankTransactionId, PartyId, PaymentId, Share, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::payments::{NewAllocation, shares};
use crate::{
    json::{Faults, Form, Format, read},
    problem::ApiError,
    values::identity,
};

const XML: Format = Format { kinds: &["application/xml", "text/xml"] };
/// The most bytes of a statement.
const BYTES: usize = 5 * 1024 * 1024;

/// A bank statement in the XML of CAMT.053 (ISO 20022, `camt.053.001.02` to `.13`) with at most 2,000
/// transactions, and 5 MiB.
#[derive(ToSchema)]
#[schema(value_type = String, as = BankStatementFile, content_media_type = "application/xml")]
#[expect(dead_code, reason = "it only describes the body")]
pub(crate) struct StatementFile(String);

/// The bytes of a statement.
pub(crate) struct Statement(pub(super) Bytes);

impl FromRequest for Statement {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (bytes, _) = read(&request, payload, &XML, BYTES).await?;
            Ok(Self(bytes.into()))
        })
    }
}

/// What a proposed transaction pays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBooking {
    /// The party that paid, or was paid.
    #[schema(format = Uuid)]
    party_id: String,
    /// What the payment settles. Each invoice stands once.
    #[serde(default)]
    #[schema(max_items = 100)]
    allocations: Vec<NewAllocation>,
    /// What identifies the payment: unique in the organization.
    #[schema(min_length = 1, max_length = 140, example = "E2E-2026-4711")]
    reference: Option<String>,
}

/// The payment that a proposed transaction is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    #[schema(format = Uuid)]
    payment_id: String,
}

impl Form for NewLink {
    type Value = PaymentId;

    fn check(self, f: &mut Faults) -> Option<PaymentId> {
        f.check("/payment_id", identity(&self.payment_id))
    }
}

/// A checked booking.
pub(crate) struct Booking {
    party: PartyId,
    shares: Vec<Share>,
    reference: Option<Text<140>>,
}

impl Booking {
    pub(super) fn of(self, id: BankTransactionId, expected: Expected) -> BookTransaction {
        let Self { party, shares, reference } = self;
        BookTransaction { id, expected, party, shares, reference }
    }
}

impl Form for NewBooking {
    type Value = Booking;

    fn check(self, f: &mut Faults) -> Option<Booking> {
        let party = f.check("/party_id", identity(&self.party_id));
        let shares = shares(f, self.allocations);
        let reference = f.check_some("/reference", self.reference, |text| Text::parse(&text));
        Some(Booking { party: party?, shares: shares?, reference: reference? })
    }
}
