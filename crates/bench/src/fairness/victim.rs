//! The tenant whose latencies are measured.

use std::{net::SocketAddr, rc::Rc};

use serde_json::json;

use super::request::Caller;
use crate::{dataset::Organization, failure::Result, http::Connection};

/// Accounts that log in: enough of them that no throttle of an account is met.
const ACCOUNTS: usize = 32;

pub const PASSWORD: &str = "correct horse battery";

/// A tenant with a credential, and accounts that log in.
#[derive(Debug, Clone)]
pub struct Victim {
    pub organization: Organization,
    pub caller: Caller,
    pub accounts: Rc<[Account]>,
}

/// An account with its own address.
#[derive(Debug)]
pub struct Account {
    pub email: String,
    pub caller: Caller,
}

impl Victim {
    /// Registers the accounts.
    pub async fn register(server: SocketAddr) -> Result<Self> {
        let mut connection = Connection::open(server).await?;
        let mut accounts = Vec::with_capacity(ACCOUNTS);
        for number in 1..=ACCOUNTS {
            let caller = Caller { token: String::new(), address: format!("192.0.2.{number}") };
            let email = format!("calm-{number}@bench.example");
            let body = json!({
                "email": email, "password": PASSWORD, "name": "Ada",
                "organization": {"name": format!("Calm {number}")},
            });
            let reply =
                connection.send_request(&caller.post("/auth/register", &body.to_string())).await?;
            if reply.status != 201 {
                let text = String::from_utf8_lossy(reply.body);
                return Err(format!("a registration was answered {}: {text}", reply.status).into());
            }
            accounts.push(Account { email, caller });
        }
        let organization = Organization::first();
        let token = format!("pla_{}", organization.token());
        let caller = Caller { token, address: "192.0.2.250".to_owned() };
        Ok(Self { organization, caller, accounts: accounts.into() })
    }
}
