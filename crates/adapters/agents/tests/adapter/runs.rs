use plinth_ports::{AgentAnswer, AgentRunner, AgentStart, AgentStopped, AgentUpdate};

use crate::support::{
    KEY, Model, Plinth, Sidecar, all, checkpoint, client, part, question, stopped,
};

#[tokio::test]
async fn a_part_streams_its_events_without_a_hole_and_ends_with_citations() {
    let (sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Answers).await);
    let agents = client(&sidecar);
    let (events, fault) = all(agents.run(question(&plinth)).await.unwrap()).await;
    assert_eq!(fault, None);
    let numbers: Vec<_> = events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    let AgentStopped::Finished { output_json, steps: 3, citations } = stopped(&events) else {
        panic!("{events:?}");
    };
    assert!(output_json.contains("0.2 % a day [1]"), "{output_json}");
    assert_eq!((citations[0].document.as_str(), citations[0].passage), ("d1", 3));
    let has_token = events
        .iter()
        .any(|event| matches!(&event.update, AgentUpdate::Token { node, .. } if node == "answer"));
    assert!(has_token);

    let graphs: Vec<_> = agents.graphs().await.unwrap().into_iter().map(|it| it.name).collect();
    assert_eq!(graphs, ["document_qa", "invoice_reader"]);
}

#[tokio::test]
async fn every_request_of_an_agent_has_the_key_and_the_trace() {
    let (sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Answers).await);
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let mut part = question(&plinth);
    part.traceparent = Some(trace.to_owned());
    let (_, fault) = all(client(&sidecar).run(part).await.unwrap()).await;
    assert_eq!(fault, None);
    let heads = plinth.heads.lock().unwrap().clone();
    // The search, the text that was found, and the model.
    assert_eq!(heads.len(), 3);
    for head in heads {
        assert!(head.contains(&format!("traceparent: {trace}")), "{head}");
        assert!(head.contains(&format!("authorization: bearer {KEY}")), "{head}");
    }
}

#[tokio::test]
async fn a_question_to_a_person_survives_the_sidecar() {
    let (mut sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::ReadsInvoice).await);
    let agents = client(&sidecar);
    let document = "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6";
    let input = format!(r#"{{"document_id": "{document}"}}"#);
    let first = part(&plinth, "invoice_reader", &input);
    let (events, _) = all(agents.run(first.clone()).await.unwrap()).await;
    let AgentStopped::Asked { question, .. } = stopped(&events) else { panic!("{events:?}") };
    assert_eq!(plinth.requests("/api/v1/invoices"), 0);

    sidecar.kill().await;
    sidecar.restart().await;
    let mut second = first;
    second.start = AgentStart::Checkpoint {
        state: checkpoint(&events),
        answer: Some(AgentAnswer {
            question: question.clone(),
            body: format!(r#"{{"accept": true, "party_id": "{document}"}}"#),
        }),
    };
    second.after = events.last().unwrap().number;
    let (resumed, fault) = all(agents.run(second.clone()).await.unwrap()).await;
    assert_eq!(fault, None);
    assert_eq!(resumed[0].number, second.after + 1);
    assert!(matches!(stopped(&resumed), AgentStopped::Finished { .. }), "{resumed:?}");
    assert_eq!(plinth.requests("/api/v1/invoices"), 1);
}

#[tokio::test]
async fn what_an_agent_fails_with_is_an_event() {
    let (sidecar, plinth) = (Sidecar::start().await, Plinth::start(Model::Answers).await);
    let wrong = part(&plinth, "document_qa", "{}");
    let (events, fault) = all(client(&sidecar).run(wrong).await.unwrap()).await;
    assert_eq!(fault, None);
    let AgentStopped::Failed { code, retryable: false, .. } = stopped(&events) else {
        panic!("{events:?}");
    };
    assert_eq!(code, "input_invalid");
}
