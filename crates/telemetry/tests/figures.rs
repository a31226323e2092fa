//! What an answer holds once everything was counted once, and that every label is of a closed set.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use telemetry::{
    Asked, CallOutcome, Connections, Effects, Jobs, MailResult, Metrics, Part, Queue, Snapshot, StepResult,
    UNMATCHED, Waiting,
};

const TOOK: Duration = Duration::from_millis(30);

/// Each figure once.
fn counted() -> String {
    let metrics = Metrics::new("1.2.3");
    metrics.requests().answered(Asked::new("portal", Some("/admin/{slug}"), "GET"), 200, TOOK);
    metrics.calls().ended("the DNS host", Effects::Read, CallOutcome::of_status(404), TOOK);
    metrics.steps().ended("stalwart.domain", StepResult::Done, TOOK);
    metrics.runs().ended("mails.send", false, TOOK);
    metrics.mails().ended(MailResult::Sent, 1);
    metrics.questions().answered(Some("1.1.1.1"), "records");
    metrics.questions().answered(None, "lame");
    metrics.unread(Part::Queue);
    let waiting = Waiting { count: 2, oldest: Duration::from_millis(1500) };
    let snapshot = Snapshot {
        database: Some(TOOK),
        connections: vec![Connections { pool: "read", used: 1, idle: 2, most: 10 }],
        breakers: vec![("stalwart", true)],
        queue: Some(Queue {
            open: BTreeMap::from([(("stalwart.domain", "error"), 3)]),
            due: BTreeMap::from([("stalwart", waiting)]),
            stopped: 4,
        }),
        jobs: Some(Jobs { due: waiting, waiting: 5 }),
        outbox: Some(waiting),
        upstreams: Some(vec![("stalwart", false)]),
    };
    metrics.text(&snapshot).unwrap()
}

/// The labels of each name in an answer.
fn labels(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (head, _) = line.rsplit_once(' ').unwrap();
        let (name, inside) = head.split_once('{').unwrap_or((head, ""));
        let keys = inside.split("\",").filter_map(|pair| pair.split_once('=')).map(|(key, _)| key);
        all.entry(name).or_default().extend(keys);
    }
    all
}

#[test]
fn every_figure_has_the_name_and_the_labels_that_it_is_described_by() {
    let text = counted();
    let mut answered = labels(&text);
    for described in Metrics::new("1.2.3").described() {
        let mut expected: BTreeSet<&str> = described.labels.iter().copied().collect();
        let name = if described.is_histogram {
            for ending in ["_sum", "_count"] {
                assert_eq!(answered.remove(&*format!("{}{ending}", described.name)), Some(expected.clone()));
            }
            expected.insert("le");
            format!("{}_bucket", described.name)
        } else {
            described.name
        };
        assert_eq!(answered.remove(&*name), Some(expected), "{name}\n{text}");
    }
    assert_eq!(answered, BTreeMap::new(), "these are not described");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn values_are_as_they_were_counted() {
    let text = counted();
    for line in [
        "dezky_build_info{version=\"1.2.3\"} 1",
        "dezky_http_requests_total{surface=\"portal\",route=\"/admin/{slug}\",method=\"GET\",status=\"2xx\"} 1",
        "dezky_upstream_calls_total{upstream=\"dns_host\",effects=\"read\",outcome=\"ok\"} 1",
        "dezky_upstream_call_duration_seconds_bucket{le=\"0.025\",upstream=\"dns_host\",effects=\"read\"} 0",
        "dezky_upstream_call_duration_seconds_bucket{le=\"0.05\",upstream=\"dns_host\",effects=\"read\"} 1",
        "dezky_job_runs_total{schedule=\"mails.send\",result=\"failed\"} 1",
        "dezky_mails_total{result=\"given_up\"} 0",
        "dezky_dns_questions_total{resolver=\"authority\",outcome=\"lame\"} 1",
        "dezky_scrape_errors_total{part=\"queue\"} 1",
        "dezky_breaker_open{upstream=\"stalwart\"} 1",
        "dezky_steps_open{kind=\"stalwart.domain\",status=\"error\"} 3",
        "dezky_queue_oldest_due_seconds{upstream=\"stalwart\"} 1.5",
        "dezky_removals_stopped 4",
        "dezky_outbox_mails 2",
        "dezky_upstream_up{upstream=\"stalwart\"} 0",
    ] {
        assert!(text.lines().any(|said| said == line), "{line} is not in\n{text}");
    }
}

#[test]
fn what_was_not_read_is_left_out() {
    let text = Metrics::new("1.2.3").text(&Snapshot::default()).unwrap();
    assert!(!text.contains("dezky_queue") && !text.contains("dezky_outbox"), "{text}");
    assert!(text.contains("dezky_scrape_errors_total{part=\"queue\"} 0"), "{text}");
}

#[test]
fn what_a_stranger_types_is_no_label() {
    let metrics = Metrics::new("1.2.3");
    metrics.requests().answered(Asked::new("api", None, "BREW"), 418, TOOK);
    let text = metrics.text(&Snapshot::default()).unwrap();
    assert!(!text.contains("BREW"), "{text}");
    assert!(text.contains(&format!("route=\"{UNMATCHED}\",method=\"other\",status=\"4xx\"")), "{text}");
}

#[test]
fn a_method_that_no_route_has_makes_no_series_of_its_route() {
    let metrics = Metrics::new("1.2.3");
    for method in ["PUT", "DELETE"] {
        metrics.requests().answered(Asked::new("portal", Some("/admin/{slug}"), method), 405, TOOK);
    }
    let text = metrics.text(&Snapshot::default()).unwrap();
    assert!(!text.contains("/admin/{slug}") && !text.contains("PUT"), "{text}");
    let counted = format!("route=\"{UNMATCHED}\",method=\"other\",status=\"4xx\"}} 2\n");
    assert!(text.contains(&counted), "{text}");
}

#[test]
fn a_job_that_never_ran_has_figures_to_grow_from() {
    let metrics = Metrics::new("1.2.3");
    metrics.runs().announce("mails.send");
    let text = metrics.text(&Snapshot::default()).unwrap();
    for result in ["ok", "failed"] {
        let line = format!("dezky_job_runs_total{{schedule=\"mails.send\",result=\"{result}\"}} 0\n");
        assert!(text.contains(&line), "{line}{text}");
    }
}
