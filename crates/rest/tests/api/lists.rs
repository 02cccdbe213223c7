//! Lists: pages, orders, filters, and invalid queries.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn create(client: &Client, code: &str, name: &str, description: &str) -> Value {
    let body = json!({"code": code, "name": name, "description": description});
    client.post("/projects", body).await.expect(201).json()
}

fn of(items: &[Value], field: &str) -> Vec<String> {
    items.iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

/// The target of the `Link` header, as a path for the client.
fn next_link(header: &str) -> Option<String> {
    let (target, relation) = header.split_once(';')?;
    assert_eq!(relation.trim(), "rel=\"next\"");
    Some(target.trim_start_matches('<').trim_end_matches('>').to_owned())
}

async fn each_item_of_the_start_is_seen_exactly_once_while_others_are_added(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut start = Vec::new();
    for n in 0..23 {
        // Some have the same time, some the same name.
        if n % 3 == 0 {
            app.clock.advance(Duration::from_millis(7));
        }
        let name = ["Zoo", "apple", "Äpfel", "Harbour", "harbour"][n % 5];
        start.push(create(&ada, &format!("S-{:02}", (n * 7) % 23), name, "").await);
    }
    let mut added = 0;
    for key in ["created_at", "updated_at", "name", "code"] {
        for direction in ["", "-"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/projects?limit=4&sort={direction}{key}{cursor}");
                let page = ada.get(&path).await.expect(200).json();
                let items = page["data"].as_array().unwrap();
                assert!((1..=4).contains(&items.len()));
                seen.extend(items.clone());
                assert_eq!(page["has_more"], page["next_cursor"].is_string());
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
                added += 1;
                app.clock.advance(Duration::from_millis(1));
                let code = format!("{}-{added}x", ["A", "S", "z"][added % 3]);
                if added < 60 {
                    create(&ada, &code, ["Abc", "harbour", "zz"][added % 3], "").await;
                }
            }
            let mut count = BTreeMap::new();
            for id in of(&seen, "id") {
                *count.entry(id).or_insert(0) += 1;
            }
            assert!(count.values().all(|n| *n == 1), "{key}{direction}: {count:?}");
            assert!(of(&start, "id").iter().all(|id| count.contains_key(id)), "{direction}{key}");
            let values = of(&seen, key);
            let ordered = if direction.is_empty() {
                values.is_sorted()
            } else {
                values.is_sorted_by(|a, b| a >= b)
            };
            assert!(ordered, "{direction}{key}: {values:?}");
        }
    }
}

pub async fn every_list_can_be_walked_by_link_as_by_cursor(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..5 {
        ada.invite(&format!("m{n}@example.com"), "viewer").await;
        ada.api_key(json!({"role": "viewer"})).await;
        crate::support::job::enqueue(&ada).await;
        create(&ada, &format!("P-{n}"), "R&D = 50% \"Ä\"", "").await;
    }
    for (list, filter) in [
        ("members", "role=viewer"),
        ("invitations", ""),
        ("api-keys", ""),
        ("jobs", "state=queued&kind=document.process"),
        ("audit-logs", "outcome=succeeded"),
        ("projects", "q=R%26D%20%3D%2050%25%20%22%C3%84%22&status=planned"),
    ] {
        let all = ada.list(&format!("/{list}?{filter}")).await;
        assert!(all.len() >= 5, "{list}");
        let (mut by_link, mut by_cursor) = (Vec::new(), Vec::new());
        let mut link = Some(format!("/{list}?{filter}&limit=2").replace("?&", "?"));
        while let Some(path) = link {
            let page = ada.get(&path).await.expect(200);
            by_link.extend(page.json()["data"].as_array().unwrap().clone());
            link = next_link(page.header("link"));
        }
        let mut cursor = String::new();
        loop {
            let page = ada.get(&format!("/{list}?limit=2&{filter}{cursor}")).await;
            let page = page.expect(200).json();
            by_cursor.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(by_link, all, "{list}");
        assert_eq!(by_cursor, all, "{list}");
    }
}

async fn a_page_has_1_to_200_items_and_50_when_nothing_is_said(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..52 {
        ada.project(&format!("P-{n:02}")).await;
    }
    for (query, length) in [("", 50), ("?limit=1", 1), ("?limit=51", 51), ("?limit=200", 52)] {
        let page = ada.get(&format!("/projects{query}")).await.expect(200).json();
        assert_eq!(page["data"].as_array().unwrap().len(), length, "{query}");
    }
    for limit in ["0", "201", "-1", "1.5", "many", "", "99999999999999999999"] {
        let reply = ada.get(&format!("/projects?limit={limit}")).await;
        let problem = reply.refused(400, "query.invalid").json();
        assert_eq!(problem["errors"][0]["parameter"], "limit");
    }
}

async fn a_cursor_is_believed_only_where_it_was_given(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    for n in 0..3 {
        ada.project(&format!("P-{n}")).await;
        bob.project(&format!("P-{n}")).await;
    }
    let page = ada.get("/projects?limit=1&status=planned&sort=code").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let mut changed = cursor.to_owned();
    let first = if changed.remove(0) == 'A' { 'B' } else { 'A' };
    changed.insert(0, first);
    let here = "status=planned&sort=code";
    ada.get(&format!("/projects?{here}&limit=2&cursor={cursor}")).await.expect(200);
    for (client, path) in [
        (&ada, format!("/projects?{here}&cursor={changed}")),
        (&ada, format!("/projects?{here}&cursor={}", &cursor[1..])),
        (&ada, format!("/projects?{here}&cursor={cursor}AAAA")),
        (&ada, format!("/projects?{here}&cursor=")),
        (&ada, format!("/projects?{here}&cursor=%F0%9F%92%A9")),
        (&ada, format!("/projects?{here}&cursor={}", "A".repeat(5_000))),
        (&ada, format!("/projects?status=planned&sort=-code&cursor={cursor}")),
        (&ada, format!("/projects?status=planned&sort=name&cursor={cursor}")),
        (&ada, format!("/projects?status=active&sort=code&cursor={cursor}")),
        (&ada, format!("/projects?sort=code&cursor={cursor}")),
        (&ada, format!("/api-keys?cursor={cursor}")),
        (&bob, format!("/projects?{here}&cursor={cursor}")),
    ] {
        client.get(&path).await.refused(400, "cursor.invalid");
    }
}

async fn every_fault_of_a_query_is_named_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let query = "status=lost&limit=0&colour=red&sort=size&cursor=x&code=A&code=B&q=%07";
    let problem = ada.get(&format!("/projects?{query}")).await.refused(400, "query.invalid").json();
    let named = |e: &Value| {
        (e["parameter"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned())
    };
    let faults =
        problem["errors"].as_array().unwrap().iter().map(named).collect::<BTreeMap<_, _>>();
    let expected = [
        ("status", "query.value"),
        ("limit", "query.value"),
        ("colour", "query.unknown"),
        ("sort", "query.value"),
        ("cursor", "query.value"),
        ("code", "query.repeated"),
        ("q", "text.control_character"),
    ];
    assert_eq!(faults, expected.map(|(p, c)| (p.to_owned(), c.to_owned())).into());
    for (path, parameter) in [
        ("/members?role=king", "role"),
        ("/members?q=a", "q"),
        ("/audit-logs?actor_id=1", "actor_id"),
        ("/audit-logs?from=yesterday", "from"),
        ("/audit-logs?updated_after=2026-11-20", "updated_after"),
        ("/projects?status=planned,lost", "status"),
        ("/projects?status=planned,planned", "status"),
        ("/projects?status=", "status"),
        ("/projects?archived=maybe", "archived"),
        ("/projects?total=1", "total"),
        ("/documents?kind=pdf,", "kind"),
        ("/jobs?state=queued&kind=none", "kind"),
        ("/members?role=owner,king", "role"),
        ("/audit-logs?action=a,,b", "action"),
        ("/invitations?created_after=0000-01-01", "created_after"),
        ("/api-keys?created_before=10000-01-01", "created_before"),
        ("/documents?updated_before=2026-02-30", "updated_before"),
        ("/members?updated_after=2026-11-20T10:05:00+01:00", "updated_after"),
        ("/audit-logs?outcome=won", "outcome"),
        ("/api-keys?sort=secret", "sort"),
        ("/invitations?status=open", "status"),
        ("/projects?q=", "q"),
        ("/projects?q=%00", "q"),
        ("/projects?a%00b=1", "a\0b"),
    ] {
        let problem = ada.get(path).await.refused(400, "query.invalid").json();
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
    }
    for odd in ["q=%ff", "q=%", "q=%zz", "&&", "=", "q=a%26b"] {
        let reply = ada.get(&format!("/projects?{odd}")).await;
        assert!(reply.status.is_success() || reply.status.is_client_error(), "{odd}: {reply:?}");
    }
}

async fn projects_are_found_by_status_code_and_words(app: &TestApp) {
    let ada = app.owner("Ada").await;
    create(&ada, "HRB-7", "Harbour, quay 7", "Steel sheet piles").await;
    create(&ada, "AIR-1", "Airport", "100%_safe\\sound").await;
    let body = json!({"code": "OLD", "name": "Old bridge", "status": "completed"});
    ada.post("/projects", body).await.expect(201);
    for (query, codes) in [
        ("status=planned", vec!["AIR-1", "HRB-7"]),
        ("status=completed", vec!["OLD"]),
        ("status=on_hold", vec![]),
        ("status=on_hold,completed", vec!["OLD"]),
        ("code=OLD", vec!["OLD"]),
        ("code=old", vec![]),
        ("q=HARB", vec!["HRB-7"]),
        ("q=sheet", vec!["HRB-7"]),
        ("q=rb-7", vec!["HRB-7"]),
        ("q=harbor", vec!["HRB-7"]),
        ("q=airprot", vec![]),
        ("q=airpor", vec!["AIR-1"]),
        ("q=%25", vec!["AIR-1"]),
        ("q=_", vec!["AIR-1"]),
        ("q=%5C", vec!["AIR-1"]),
        ("q=0%25_safe%5Cs", vec!["AIR-1"]),
        ("q=bridge&status=planned", vec![]),
        ("q=bridge&status=completed", vec!["OLD"]),
    ] {
        let found = ada.list(&format!("/projects?sort=code&{query}")).await;
        assert_eq!(of(&found, "code"), codes, "{query}");
    }
}

pub async fn the_audit_log_is_filtered_by_all_that_a_line_says(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    // Audit records are found by the time in their ids, which is that of the machine's clock.
    let moment = async || {
        tokio::time::sleep(Duration::from_millis(5)).await;
        app.clock.set(plinth_ports::Clock::now(&plinth_in_process::SystemClock));
        let moment = app.now();
        tokio::time::sleep(Duration::from_millis(5)).await;
        moment
    };
    let start = moment().await;
    let project = carol.project("P-1").await;
    let end = moment().await;
    carol.post("/api-keys", json!({"name": "x", "role": "viewer"})).await.expect(403);
    app.settle().await;
    let id = project["id"].as_str().unwrap();
    for (query, actions) in [
        ("action=project.created".to_owned(), vec!["project.created"]),
        (
            format!("actor_id={}&sort=created_at&outcome=succeeded", carol.user),
            vec!["invitation.accepted", "project.created"],
        ),
        ("subject_kind=project".to_owned(), vec!["project.created"]),
        (format!("subject_id={id}"), vec!["project.created"]),
        ("outcome=denied".to_owned(), vec!["permission.denied"]),
        ("outcome=failed".to_owned(), vec![]),
        (format!("from={start}&until={end}"), vec!["project.created"]),
        (format!("created_after={start}&created_before={end}"), vec!["project.created"]),
        (format!("from={start}&created_before={end}"), vec!["project.created"]),
        (format!("created_after={start}&outcome=denied,failed"), vec!["permission.denied"]),
        ("action=project.created,project.removed".to_owned(), vec!["project.created"]),
        (format!("from={end}"), vec!["permission.denied"]),
        (format!("until={start}&action=project.created"), vec![]),
        (format!("subject_id={id}&outcome=denied"), vec![]),
    ] {
        let lines = ada.list(&format!("/audit-logs?{query}")).await;
        assert_eq!(of(&lines, "action"), actions, "{query}");
    }
}

async fn archived_projects_are_listed_when_they_are_asked_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (code, status) in [("A", "active"), ("B", "archived"), ("C", "planned")] {
        let body = json!({"code": code, "name": "Old bridge", "status": status});
        ada.post("/projects", body).await.expect(201);
    }
    for (query, codes) in [
        ("", vec!["A", "C"]),
        ("archived=false", vec!["A", "C"]),
        ("archived=true", vec!["B"]),
        ("archived=any", vec!["A", "B", "C"]),
        ("status=archived", vec!["B"]),
        ("status=archived,planned", vec!["B", "C"]),
        ("status=active,planned", vec!["A", "C"]),
        ("status=archived,planned&archived=false", vec!["C"]),
        ("status=active&archived=true", vec![]),
        ("q=bridge", vec!["A", "C"]),
        ("q=bridge&archived=true", vec!["B"]),
        ("code=B", vec![]),
        ("code=B&archived=any", vec!["B"]),
    ] {
        let found = ada.list(&format!("/projects?sort=code&{query}")).await;
        assert_eq!(of(&found, "code"), codes, "{query}");
    }
}

/// Makes three records of each list or more, and then changes one of each.
async fn fill(owner: &Client) {
    let mut changed = None;
    for n in 0..3 {
        let member = owner.invite(&format!("{}{n}@example.com", owner.user), "viewer").await;
        owner.api_key(json!({"role": "viewer"})).await;
        let job = crate::support::job::enqueue(owner).await;
        let project = create(owner, &format!("P-{n}"), "Bridge", "").await;
        let document = owner.upload(&format!("{n}.txt"), b"quay").await;
        changed.get_or_insert((member, job, project, document));
    }
    let (member, job, project, document) = changed.unwrap();
    let path = |list: &str, item: &Value| format!("/{list}/{}", item["id"].as_str().unwrap());
    let role = json!({"role": "member"});
    owner.patch(&format!("/members/{}", member.user), "*", role).await.expect(200);
    owner.post(&format!("/jobs/{job}/cancel"), json!({})).await.expect(200);
    owner.patch(&path("projects", &project), "*", json!({"name": "Pier"})).await.expect(200);
    let seen = json!({"metadata": {"seen": true}});
    owner.patch(&path("documents", &document), "*", seen).await.expect(200);
    let key = owner.list("/api-keys?sort=created_at").await.remove(0);
    owner.delete(&path("api-keys", &key), "*").await.expect(204);
    let open = json!({"email": "open@example.com", "role": "viewer"});
    let open = owner.post("/invitations", open).await.expect(201).json();
    owner.delete(&path("invitations", &open), "*").await.expect(204);
}

/// Asserts how many items of a list a query selects.
async fn has(client: &Client, list: &str, query: &str, count: usize) {
    let page = client.get(&format!("/{list}?limit=1&total=true&{query}")).await.expect(200).json();
    assert_eq!(page["total"], json!({"count": count, "exact": true}), "{list} {query}");
    assert_eq!(page["data"].as_array().unwrap().len(), count.min(1), "{list} {query}");
}

async fn every_list_is_narrowed_by_time_and_counted_where_asked(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    app.clock.set(plinth_ports::Clock::now(&plinth_in_process::SystemClock));
    for owner in [&ada, &bob] {
        fill(owner).await;
    }
    let (day, hour) = (chrono::Duration::days(1), chrono::Duration::hours(1));
    let now: plinth_domain::Timestamp = app.now().parse().unwrap();
    let (start, end) = (now - day, now + day);
    let text =
        |at: plinth_domain::Timestamp| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    for list in
        ["members", "invitations", "api-keys", "jobs", "audit-logs", "projects", "documents"]
    {
        let all = ada.list(&format!("/{list}")).await;
        assert!(all.len() >= 3, "{list}");
        let page = ada.get(&format!("/{list}?limit=1")).await.expect(200).json();
        assert!(page.get("total").is_none(), "{list}");
        let mut ranges = vec![("created_after", "created_before")];
        if list != "audit-logs" {
            ranges.push(("updated_after", "updated_before"));
            // The last change is later than every creation: this tells the two times apart.
            let moment = |at: &String| at.parse::<plinth_domain::Timestamp>().unwrap();
            let last = text(of(&all, "updated_at").iter().map(moment).max().unwrap());
            has(&ada, list, &format!("updated_after={last}"), 1).await;
            has(&ada, list, &format!("updated_before={last}"), all.len() - 1).await;
            has(&ada, list, &format!("created_after={last}"), 0).await;
            has(&ada, list, &format!("created_before={last}"), all.len()).await;
        }
        for (after, before) in ranges {
            for (query, count) in [
                (format!("{after}={}", text(start)), all.len()),
                (format!("{before}={}", text(start)), 0),
                (format!("{after}={}&{before}={}", start.date_naive(), text(end)), all.len()),
                (format!("{after}={}", text(end - hour)), 0),
            ] {
                has(&ada, list, &query, count).await;
            }
        }
    }
    let first = of(&ada.list("/projects?sort=created_at").await, "created_at");
    let exactly = format!("created_after={0}&created_before={0}", first[0]);
    assert!(ada.list(&format!("/projects?{exactly}")).await.is_empty());
    let including = format!("created_after={}", first[0]);
    assert_eq!(ada.list(&format!("/projects?{including}")).await.len(), 3);
}

async fn a_cursor_is_bound_to_the_times_and_not_to_the_total(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..3 {
        ada.project(&format!("P-{n}")).await;
    }
    let here = "created_after=2020-01-01&archived=any";
    let page = ada.get(&format!("/projects?limit=1&{here}&total=true")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next =
        ada.get(&format!("/projects?limit=1&{here}&cursor={cursor}")).await.expect(200).json();
    assert_eq!((next["data"].as_array().unwrap().len(), next.get("total")), (1, None));
    for other in
        ["archived=any", "created_after=2020-01-02&archived=any", "created_after=2020-01-01"]
    {
        let reply = ada.get(&format!("/projects?{other}&cursor={cursor}")).await;
        reply.refused(400, "cursor.invalid");
    }
}

on_postgres! {
    archived_projects_are_listed_when_they_are_asked_for,
    every_list_is_narrowed_by_time_and_counted_where_asked,
    a_cursor_is_bound_to_the_times_and_not_to_the_total,
    each_item_of_the_start_is_seen_exactly_once_while_others_are_added,
    every_list_can_be_walked_by_link_as_by_cursor,
    a_page_has_1_to_200_items_and_50_when_nothing_is_said,
    a_cursor_is_believed_only_where_it_was_given,
    every_fault_of_a_query_is_named_at_once,
    projects_are_found_by_status_code_and_words,
    the_audit_log_is_filtered_by_all_that_a_line_says,
}
