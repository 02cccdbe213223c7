//! Reports, end to end.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use plinth_application::{Authenticated, Caller, invoices::ReportOverdueInvoices};
use plinth_ports::Origin;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounting::balances,
    invoices::{draft, issued, line, minor, party, path, seller, today, trading},
    support::{Client, TestApp, records::fresh},
};

/// The record that an operation of the reports needs.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    Some(match operation {
        "get_receivables" | "get_revenue" | "get_vat" | "get_usage" => (Value::Null, None),
        "create_report" => (Value::Null, Some(json!({"report": "vat"}))),
        "get_project_finances" => (owner.project(&format!("F-{}", fresh())).await, None),
        _ => return None,
    })
}

async fn rows(owner: &Client, path: &str) -> Vec<Value> {
    owner.get(path).await.expect(200).json()["data"].as_array().unwrap().clone()
}

async fn reports_show_what_was_invoiced_and_what_is_open(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let project = ada.project("P-7").await;
    let mut first = draft(&customer);
    first["project_id"] = project["id"].clone();
    first["issued_on"] = json!(today(app).checked_sub_days(Days::new(40)).unwrap());
    let first = issued(&ada, first).await;
    let mut second = draft(&customer);
    second["retention_basis_points"] = json!(1000);
    issued(&ada, second).await;
    let open = rows(&ada, "/reports/receivables").await;
    assert_eq!((open.len(), &open[0]["party"]["id"]), (1, &customer["id"]));
    let expected =
        [("open", 292_740), ("retained", 14_637), ("not_due", 131_733), ("days_1_to_30", 146_370)];
    for (field, sum) in expected.into_iter().chain([("days_31_to_60", 0), ("days_over_90", 0)]) {
        assert_eq!(minor(&open[0][field]), sum, "{field}: {open:?}");
    }
    assert_eq!((&open[0]["as_of"], &open[0]["documents"]), (&json!(today(app)), &json!(2)));
    let day = first["issued_on"].as_str().unwrap();
    let earlier = rows(&ada, &format!("/reports/receivables?as_of={day}")).await;
    assert_eq!(minor(&earlier[0]["not_due"]), 146_370);
    assert!(rows(&ada, "/reports/receivables?direction=payable").await.is_empty());

    let by_month = rows(&ada, &format!("/reports/revenue?from={day}")).await;
    assert_eq!(by_month[0]["month"], day[..7]);
    let by_project = rows(&ada, &format!("/reports/revenue?by=project&from={day}")).await;
    let nets: Vec<_> =
        by_project.iter().map(|row| (&row["record"]["code"], minor(&row["net"]))).collect();
    assert_eq!(nets, [(&Value::Null, 123_000), (&json!("P-7"), 123_000)]);
    let vat = rows(&ada, &format!("/reports/vat?period={}", &day[..7])).await;
    assert_eq!((&vat[0]["category"], &vat[0]["rate_basis_points"]), (&json!("S"), &json!(1900)));
    assert!(minor(&vat[0]["tax"]) >= 23_370, "{vat:?}");
    let finances = format!("/projects/{}/finances", project["id"].as_str().unwrap());
    let finances = rows(&ada, &finances).await;
    assert_eq!((minor(&finances[0]["invoiced"]), minor(&finances[0]["open"])), (123_000, 146_370));

    let table = ada.request(Method::GET, "/reports/receivables").header("Accept", "text/csv");
    let table = ada.send(table).await.expect(200).text;
    let (head, row) = table.split_once("\r\n").unwrap();
    assert!(head.starts_with("as_of,currency,days_1_to_30.amount_minor,"), "{head}");
    assert!(row.contains("146370,EUR") && row.contains("Hafenamt"), "{row}");

    for wrong in ["revenue?by=week", "revenue?from=2026-02-30", "vat?period=2026-13", "vat?x=1"] {
        ada.get(&format!("/reports/{wrong}")).await.refused(400, "query.invalid");
    }
    let bookkeeper = ada.invite("books@example.com", "accountant").await;
    bookkeeper.get("/reports/vat").await.expect(200);
    let member = ada.invite("member@example.com", "member").await;
    member.get("/reports/vat").await.refused(403, "permission.denied");
    assert!(rows(&app.owner("Bob").await, "/reports/receivables").await.is_empty());
}

/// Numbers that look random and are the same in each run (Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()]
    }
}

/// An organization in which random things happen.
struct Life<'a> {
    owner: &'a Client,
    dice: Dice,
    parties: Vec<Value>,
    projects: Vec<Value>,
    invoices: Vec<Value>,
    payments: Vec<Value>,
    today: NaiveDate,
    /// No document of a series may be older than the last.
    last: NaiveDate,
}

impl Life<'_> {
    fn one(&mut self, of: fn(&Self) -> &Vec<Value>) -> Option<Value> {
        let count = of(self).len() as u64;
        let n = self.dice.roll(count.max(1));
        of(self).get(usize::try_from(n).unwrap()).cloned()
    }

    /// A day from the last one on, mostly before today.
    fn day(&mut self) -> NaiveDate {
        let day = self.last.checked_add_days(Days::new(self.dice.roll(6))).unwrap();
        self.last = day.min(self.today);
        self.last
    }

    async fn issue(&mut self) {
        let mut body = draft(&self.one(|life| &life.parties).unwrap());
        body["currency"] = json!(self.dice.pick(&["EUR", "EUR", "USD"]));
        if self.dice.roll(2) == 0 {
            body["project_id"] = self.one(|life| &life.projects).unwrap()["id"].clone();
        }
        let lines = (0..=self.dice.roll(3)).map(|_| {
            let price = format!("{}.{:02}", self.dice.roll(900), self.dice.roll(100));
            line(&(1 + self.dice.roll(20)).to_string(), &price, self.dice.pick(&[1900, 700]))
        });
        body["lines"] = lines.collect();
        body["issued_on"] = json!(self.day());
        if self.dice.roll(4) == 0 {
            body["direction"] = json!("payable");
            body["supplier_number"] = json!(format!("S-{}", self.dice.roll(1 << 30)));
            if self.dice.roll(2) == 0 {
                body["booked_on"] = json!(self.day());
            }
        }
        if self.dice.roll(3) == 0 {
            body["retention_basis_points"] = json!(100 * self.dice.roll(60));
        }
        body["payment_terms_days"] = json!(self.dice.roll(60));
        let created = self.owner.create("/invoices", body).await;
        let reply = self.owner.post(&format!("{}/issue", path(&created)), json!({})).await;
        if reply.status == 200 {
            self.invoices.push(reply.json());
        }
    }

    async fn pay(&mut self) {
        let Some(invoice) = self.one(|life| &life.invoices) else { return };
        let open = minor(&self.owner.get(&path(&invoice)).await.expect(200).json()["open"]);
        if open <= 0 {
            return;
        }
        let amount = 1 + i64::try_from(self.dice.roll(open.unsigned_abs())).unwrap();
        let is_note = invoice["kind"] == "credit_note";
        let is_ours = invoice["direction"] == "receivable";
        let of = |minor: i64| json!({"amount_minor": minor, "currency": invoice["currency"]});
        // Every fourth payment leaves a credit.
        let credit = if self.dice.roll(4) == 0 { 777 } else { 0 };
        let (money, whole) = (of(amount), of(amount + credit));
        let body = json!({
            "party_id": invoice["party_id"], "amount": whole, "method": "bank_transfer",
            "direction": if is_ours == is_note { "sent" } else { "received" },
            "received_on": self.day(),
            "allocations": [{"invoice_id": invoice["id"], "amount": money}],
        });
        let reply = self.owner.post("/payments", body).await;
        if reply.status == 201 {
            self.payments.push(reply.json());
        }
    }

    async fn reverse(&mut self) {
        let Some(payment) = self.one(|life| &life.payments) else { return };
        let path = format!("/payments/{}/reverse", payment["id"].as_str().unwrap());
        self.owner.post(&path, json!({})).await;
    }

    async fn credit(&mut self) {
        let Some(invoice) = self.one(|life| &life.invoices) else { return };
        let body = match self.dice.roll(2) {
            0 => json!({}),
            _ => json!({"lines": [line("1", "3.33", 1900)]}),
        };
        let note = self.owner.post(&format!("{}/credit-note", path(&invoice)), body).await;
        if note.status != 201 {
            return;
        }
        let reply = self.owner.post(&format!("{}/issue", path(&note.json())), json!({})).await;
        if reply.status == 200 {
            self.invoices.push(reply.json());
        }
    }

    /// Settles an invoice by a credit note, and perhaps takes it back.
    async fn offset(&mut self) {
        let Some(note) = self.one(|life| &life.invoices) else { return };
        let alike = ["direction", "party_id", "currency"];
        let fits = |one: &&Value| {
            one["kind"] == "standard" && alike.iter().all(|field| one[field] == note[field])
        };
        let Some(invoice) = self.invoices.iter().find(fits).cloned() else { return };
        let cents = 1 + self.dice.roll(100);
        let amount = json!({"amount_minor": cents, "currency": note["currency"]});
        let shares = json!({"allocations": [{"invoice_id": invoice["id"], "amount": amount}]});
        let allocations = format!("{}/allocations", path(&note));
        let reply = self.owner.post(&allocations, shares).await;
        if reply.status == 200 && self.dice.roll(2) == 0 {
            let body = json!({"invoice_id": invoice["id"]});
            self.owner.post(&format!("{allocations}/reverse"), body).await;
        }
    }

    async fn end(&mut self, how: &str) {
        let Some(invoice) = self.one(|life| &life.invoices) else { return };
        self.owner.post(&format!("{}/{how}", path(&invoice)), json!({})).await;
    }
}

type Sums = BTreeMap<Vec<String>, Vec<i64>>;

fn add(sums: &mut Sums, key: &[&str], parts: &[i64]) {
    let key = key.iter().map(|part| (*part).to_owned()).collect();
    let row: &mut Vec<i64> = sums.entry(key).or_insert_with(|| vec![0; parts.len()]);
    row.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}

/// What the audit log says: the last state of each document, and what settled it on which day.
struct Journal {
    documents: BTreeMap<String, Value>,
    settled: Vec<(String, NaiveDate, i64)>,
}

impl Journal {
    async fn read(owner: &Client) -> Self {
        let (mut entries, mut next) = (Vec::new(), String::new());
        loop {
            let path = format!("/audit-logs?outcome=succeeded&limit=200{next}");
            let page = owner.get(&path).await.expect(200).json();
            entries.extend(page["data"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        entries.reverse();
        let booked_on: BTreeMap<_, _> = entries
            .iter()
            .filter(|entry| entry["action"] == "invoice.issued")
            .map(|entry| (entry["request_id"].to_string(), entry["after"]["booked_on"].clone()))
            .collect();
        let mut journal = Self { documents: BTreeMap::new(), settled: Vec::new() };
        for entry in &entries {
            let (action, after) = (entry["action"].as_str().unwrap(), &entry["after"]);
            let subject = entry["subject_id"].as_str().unwrap_or_default();
            for one in after["allocations"].as_array().into_iter().flatten() {
                let day = one["allocated_on"].as_str().unwrap().parse().unwrap();
                let sides = ["invoice_id", "credit_note_id"].map(|side| one[side].as_str());
                for id in sides.into_iter().flatten() {
                    let amount = one["amount_minor"].as_i64().unwrap();
                    journal.settled.push((id.to_owned(), day, amount));
                }
            }
            if entry["subject_kind"] != "invoice" {
                continue;
            }
            // What payments settle is in their own entries.
            if ["invoice.issued", "invoice.credited", "invoice.written_off"].contains(&action) {
                let sum = |state: &Value| {
                    let of = |field: &str| state[field].as_i64().unwrap_or_default();
                    of("settled_minor") + of("written_off_minor")
                };
                let amount = sum(after) - sum(&entry["before"]);
                let day = booked_on.get(&entry["request_id"].to_string());
                let day = day.unwrap_or(&entry["created_at"]).as_str().unwrap();
                let day = day[..10].parse().unwrap();
                journal.settled.push((subject.to_owned(), day, amount));
            }
            journal.documents.insert(subject.to_owned(), after.clone());
        }
        journal.documents.retain(|_, state| {
            !["draft", "void"].contains(&state["status"].as_str().unwrap_or("draft"))
        });
        journal
    }

    fn open(&self, direction: &str, on: NaiveDate) -> Sums {
        let mut sums = Sums::new();
        for (id, state) in &self.documents {
            let day = |field: &str| state[field].as_str().unwrap().parse::<NaiveDate>().unwrap();
            let settled = self.settled.iter().filter(|(of, day, _)| of == id && *day <= on);
            let settled: i64 = settled.map(|(_, _, amount)| amount).sum();
            let open = state["due_minor"].as_i64().unwrap() - settled;
            if state["direction"] != direction || day("booked_on") > on || open == 0 {
                continue;
            }
            let late = (on - day("due_on")).num_days();
            let mut parts = [0; 7];
            let place = match late {
                ..=0 => 1,
                1..=30 => 2,
                31..=60 => 3,
                61..=90 => 4,
                _ => 5,
            };
            let retained = state["retained_minor"].as_i64().unwrap().min(open);
            (parts[0], parts[place]) = (sign(state) * retained, sign(state) * (open - retained));
            parts[6] = 1;
            let key = ["party_id", "currency"].map(|field| state[field].as_str().unwrap());
            add(&mut sums, &key, &parts);
        }
        sums
    }

    fn revenue(&self) -> Sums {
        let mut sums = Sums::new();
        for state in self.documents.values().filter(|state| state["direction"] == "receivable") {
            let parts = ["net_minor", "tax_minor", "gross_minor"];
            let parts = parts.map(|field| sign(state) * state[field].as_i64().unwrap());
            let month = &state["issued_on"].as_str().unwrap()[..7];
            add(&mut sums, &[month, state["currency"].as_str().unwrap()], &parts);
        }
        sums
    }

    fn vat(&self, year: &str) -> Sums {
        let mut sums = Sums::new();
        for state in self.documents.values() {
            if !state["booked_on"].as_str().unwrap().starts_with(year) {
                continue;
            }
            for row in state["vat"].as_array().unwrap() {
                let parts = ["net_minor", "tax_minor"];
                let parts = parts.map(|field| sign(state) * row[field].as_i64().unwrap());
                let (rate, text) = (row["rate_basis_points"].to_string(), |v: &Value| {
                    v.as_str().unwrap().to_owned()
                });
                let key = [&state["direction"], &row["category"], &state["currency"]].map(text);
                add(&mut sums, &[&key[0], &key[1], &rate, &key[2]], &parts);
            }
        }
        sums
    }
}

fn sign(state: &Value) -> i64 {
    if state["kind"] == "credit_note" { -1 } else { 1 }
}

/// The rows of a report by these fields.
async fn reported(owner: &Client, path: &str, key: &[&str], parts: &[&str]) -> Sums {
    let mut sums = Sums::new();
    for row in rows(owner, path).await {
        let key = key.iter().map(|field| {
            let value = row.pointer(field).unwrap();
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        });
        let number = |field: &&str| row[*field].as_i64().unwrap_or_else(|| minor(&row[*field]));
        let before = sums.insert(key.collect(), parts.iter().map(number).collect());
        assert_eq!(before, None, "{path} has a row twice");
    }
    sums
}

async fn reports_equal_what_the_audit_log_adds_up_to(app: &TestApp) {
    for seed in [1, 2, 3] {
        let ada = app.owner(&format!("Ada {seed}")).await;
        ada.patch("/organization", "*", seller()).await.expect(200);
        let today = today(app);
        let mut life = Life {
            owner: &ada,
            dice: Dice(seed),
            parties: vec![party(&ada).await, party(&ada).await],
            projects: vec![ada.project("P-1").await, ada.project("P-2").await],
            invoices: Vec::new(),
            payments: Vec::new(),
            today,
            last: today.checked_sub_days(Days::new(150)).unwrap(),
        };
        for _ in 0..70 {
            match life.dice.roll(15) {
                0..4 => life.issue().await,
                4..8 => life.pay().await,
                8 => life.reverse().await,
                9 => life.credit().await,
                10..13 => life.offset().await,
                13 => life.end("write-off").await,
                _ => life.end("void").await,
            }
        }
        let chart = json!({"settings": {"accounting": {"chart": "skr03"}}});
        ada.patch("/organization", "*", chart).await.expect(200);
        let journal = Journal::read(&ada).await;
        assert!(journal.documents.len() > 10 && journal.settled.len() > 10, "seed {seed}");
        let ages = [
            "retained",
            "not_due",
            "days_1_to_30",
            "days_31_to_60",
            "days_61_to_90",
            "days_over_90",
            "documents",
        ];
        for direction in ["receivable", "payable"] {
            for back in [0, 1, 20, 45, 100, 149] {
                let on = today.checked_sub_days(Days::new(back)).unwrap();
                let path = format!("/reports/receivables?direction={direction}&as_of={on}");
                let found = reported(&ada, &path, &["/party/id", "/currency"], &ages).await;
                assert_eq!(found, journal.open(direction, on), "{path}, seed {seed}");
                let mut open: BTreeMap<_, i64> = BTreeMap::new();
                for (key, parts) in found {
                    let key = [direction.to_owned(), key[0].clone(), key[1].clone()];
                    *open.entry(key).or_default() += parts[..6].iter().sum::<i64>();
                }
                open.retain(|_, sum| *sum != 0);
                let mut booked = balances(&ada, on).await;
                booked.retain(|key, _| key[0] == direction);
                assert_eq!(booked, open, "the entries until {on}, seed {seed}");
            }
        }
        let path = "/reports/revenue?from=0001-01-01";
        let found = reported(&ada, path, &["/month", "/currency"], &["net", "tax", "gross"]).await;
        assert_eq!(found, journal.revenue(), "seed {seed}");
        let year = &today.to_string()[..4];
        let keys = ["/direction", "/category", "/rate_basis_points", "/currency"];
        let path = format!("/reports/vat?period={year}");
        let found = reported(&ada, &path, &keys, &["net", "tax"]).await;
        assert_eq!(found, journal.vat(year), "seed {seed}");
    }
}

async fn an_overdue_invoice_is_reported_once(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let of_age = |days: u64| {
        let mut body = draft(&customer);
        body["issued_on"] = json!(today(app).checked_sub_days(Days::new(days)).unwrap());
        body["payment_terms_days"] = json!(10);
        body
    };
    let overdue = issued(&ada, of_age(11)).await;
    issued(&ada, of_age(10)).await;
    let given_up = ada.create("/invoices", of_age(10)).await;
    ada.post(&format!("{}/issue", path(&given_up)), json!({})).await.expect(200);
    let report = async || {
        let token = ada.token.as_ref().unwrap();
        let Authenticated { access, credential } =
            app.application.authenticate(token, None).await.unwrap();
        let origin = Origin { request_id: "r".to_owned(), ..Origin::default() };
        let caller = Caller { access, credential, origin };
        app.application.execute(&caller, ReportOverdueInvoices).await.unwrap()
    };
    assert!(!report().await, "there are no more");
    assert!(!report().await);
    let log = ada.list("/audit-logs?action=invoice.overdue").await;
    assert_eq!((log.len(), &log[0]["subject_id"]), (1, &overdue["id"]));
    let after = &log[0]["after"];
    assert_eq!((&after["open_minor"], &after["due_on"]), (&json!(146_370), &overdue["due_on"]));
    let events = ada.events("&topics=invoices", 0, 7).await;
    let types = events.iter().filter(|event| event["type"] == "invoice.overdue");
    assert_eq!(types.count(), 1, "{events:?}");
    // It is no change of the invoice.
    assert_eq!(ada.get(&path(&overdue)).await.expect(200).json(), overdue);
    let jobs = app.application.overdue_reports().await.unwrap();
    assert!(jobs.iter().any(|(organization, _)| organization.to_string() == ada.organization));
}

on_postgres! {
    an_overdue_invoice_is_reported_once,
    reports_show_what_was_invoiced_and_what_is_open,
    reports_equal_what_the_audit_log_adds_up_to,
}
