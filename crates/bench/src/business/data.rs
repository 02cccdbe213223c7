//! The data of the measurements, on top of [`crate::dataset`].

use sqlx::{Connection, PgConnection};

use super::bodies::invoice;
use crate::{
    Arguments,
    dataset::{self, Organization},
    failure::Result,
    http::Connection as Http,
    load::WARM_UP,
    requests::send,
    round_trips::{COUNTED, WARM_UP as BEFORE_COUNTING},
    server::Server,
};

/// Organizations in the database: one for each client, up to the last, which is the large one.
pub const ORGANIZATIONS: u64 = 100;
/// Customers of the large organization; the others have one.
pub const PARTIES: u64 = 300;
/// The first words of their names, in turn; the second is the number.
pub const NAMES: [&str; 12] = [
    "Airport",
    "Bridge",
    "Canal",
    "Clinic",
    "Harbour",
    "Housing",
    "Market",
    "Museum",
    "School",
    "Station",
    "Tunnel",
    "University",
];
/// The maximum number of documents that a client can use up in a second.
const EACH_SECOND: u64 = 60;

/// The organization with many invoices.
pub const fn large() -> Organization {
    Organization::numbered(ORGANIZATIONS)
}

/// How much is in the database.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Invoices of the large organization.
    pub invoices: u32,
    /// Clients, each with an organization.
    pub clients: u64,
    /// Drafts, and open invoices, of each client.
    pub subjects: u64,
}

impl Amounts {
    /// As many as the measurement can use up.
    pub fn of(arguments: &Arguments, invoices: u32) -> Self {
        let used = (arguments.seconds + WARM_UP.as_secs()) * EACH_SECOND;
        Self {
            invoices,
            // One more, whose round trips are counted.
            clients: u64::from(arguments.connections) + 1,
            subjects: used + BEFORE_COUNTING + COUNTED,
        }
    }
}

/// The days that requests name, of the database's clock.
#[derive(Debug, Clone)]
pub struct Days {
    pub today: String,
    pub half_a_year_ago: String,
}

/// Adds the parties of the first organizations; the one numbered `large` has many.
pub async fn seed_parties(admin_url: &str, organizations: u64, large: u64) -> Result<()> {
    let sql = include_str!("../../sql/business/parties.sql")
        .replace("{organizations}", &organizations.to_string())
        .replace("{large}", &large.to_string())
        .replace("{list}", &format!("{{{}}}", NAMES.join(",")))
        .replace("{count}", &NAMES.len().to_string())
        .replace("{parties}", &PARTIES.to_string());
    dataset::fill(admin_url, sql).await
}

/// What the seller of an invoice has to state.
const SELLER: &str = r#"{"settings":{"seller":{"legal_name":"Hochbau Nord GmbH","vat_id":"DE136695976","address":{"street":"Kai 7","postal_code":"20457","city":"Hamburg","country":"DE"},"contact":{"name":"Ada","email":"ada@bench.example","phone":"+49 40 1"},"bank_account":{"iban":"DE89370400440532013000"}}}}"#;

/// Lets the server make the invoices of which all others are copies, and copies them.
pub async fn seed_invoices(admin_url: &str, server: &Server, amounts: Amounts) -> Result<Days> {
    let mut connection = Http::open(server.address).await?;
    for number in (1..=amounts.clients).chain([ORGANIZATIONS]) {
        let organization = Organization::numbered(number);
        name_seller(&mut connection, organization).await?;
        if number == ORGANIZATIONS {
            issue(&mut connection, organization, 2).await?;
        } else {
            let draft = invoice(organization, 10);
            answer(&mut connection, ("POST", "/invoices"), organization, &draft).await?;
            issue(&mut connection, organization, 1).await?;
        }
    }
    let sql = include_str!("../../sql/business/invoices.sql")
        .replace("{large}", &ORGANIZATIONS.to_string())
        .replace("{parties}", &PARTIES.to_string())
        .replace("{invoices}", &amounts.invoices.to_string())
        .replace("{subjects}", &amounts.subjects.to_string());
    dataset::fill(admin_url, sql).await?;
    let mut connection = PgConnection::connect(admin_url).await?;
    let days = "SELECT current_date::text, (current_date - 182)::text";
    let (today, half_a_year_ago) = sqlx::query_as(days).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(Days { today, half_a_year_ago })
}

/// States what the organization needs to issue invoices.
pub async fn name_seller(connection: &mut Http, organization: Organization) -> Result<()> {
    answer(connection, ("PATCH", "/organization"), organization, SELLER).await.map(drop)
}

/// Issues an invoice with this many lines, and returns its identity.
pub async fn issue(
    connection: &mut Http,
    organization: Organization,
    lines: usize,
) -> Result<String> {
    let body = invoice(organization, lines);
    let draft = answer(connection, ("POST", "/invoices"), organization, &body).await?;
    let id = draft["id"].as_str().ok_or("the invoice has no id")?;
    let path = format!("/invoices/{id}/issue");
    answer(connection, ("POST", &path), organization, "{}").await?;
    Ok(id.to_owned())
}

/// The body of a 2xx.
async fn answer(
    connection: &mut Http,
    at: (&str, &str),
    organization: Organization,
    body: &str,
) -> Result<serde_json::Value> {
    let mut request = Vec::new();
    send(&mut request, at, organization, "If-Match: *\r\n", body)?;
    let reply = connection.send_request(&request).await?;
    if !(200..300).contains(&reply.status) {
        let text = String::from_utf8_lossy(reply.body);
        return Err(format!("{} was answered {}: {text}", at.1, reply.status).into());
    }
    Ok(serde_json::from_slice(reply.body)?)
}
