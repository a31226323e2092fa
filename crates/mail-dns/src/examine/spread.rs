//! Makes one judgement of those about each server. What is right at its source is right, and only slow; what nobody
//! answered is unknown, never missing.

use kernel::dns::{Failure, Server};

use super::case::Judged;
use super::{Opinion, Verdict};
use crate::advice::{Advice, Code};

/// The judgement on a record.
pub fn settle(opinions: &[Opinion<'_>]) -> Judged {
    let is_authority = |one: &&Opinion<'_>| matches!(one.server, Server::Authority(_));
    let (authorities, resolvers): (Vec<_>, Vec<_>) = opinions.iter().partition(is_authority);
    let (sources, broken) = heard(&authorities);
    let (caches, deaf) = heard(&resolvers);
    let lame = broken.first().map(|(server, failure)| authority_advice(server, *failure));
    if !sources.is_empty() {
        return at_source(&sources, lame, &caches, &deaf);
    }
    if caches.is_empty() {
        return unanswered(broken.first().or(deaf.first()));
    }
    by_resolvers(&caches, lame, &deaf)
}

type Heard<'a> = Vec<(&'a Opinion<'a>, &'a Judged)>;
type Failed<'a> = Vec<(&'a Server, Failure)>;

fn heard<'a>(opinions: &[&'a Opinion<'a>]) -> (Heard<'a>, Failed<'a>) {
    let (mut heard, mut failed) = (Vec::new(), Vec::new());
    for opinion in opinions {
        match &opinion.judged {
            Ok(judged) => heard.push((*opinion, judged)),
            Err(failure) => failed.push((opinion.server, *failure)),
        }
    }
    (heard, failed)
}

/// By the servers that are responsible; resolvers only say how far it has spread.
fn at_source(sources: &Heard<'_>, lame: Option<Advice>, caches: &Heard<'_>, deaf: &Failed<'_>) -> Judged {
    let Some(judged) = worst(sources) else {
        return unanswered(None);
    };
    if let Some((right, wrong)) = split(sources) {
        let advice = Code::AuthoritySplit.with(&[&right, &wrong]);
        return Judged { advice, ..judged };
    }
    if judged.verdict != Verdict::Ok {
        return judged;
    }
    let spreading = || stale(caches).or_else(|| deaf.first().map(|(server, _)| not_everywhere(server)));
    let advice = lame.or_else(spreading).unwrap_or(judged.advice);
    Judged { advice, ..judged }
}

/// By resolvers alone, since no responsible server was asked or none answered.
fn by_resolvers(caches: &Heard<'_>, lame: Option<Advice>, deaf: &Failed<'_>) -> Judged {
    let Some(judged) = worst(caches) else {
        return unanswered(None);
    };
    let wrong = caches.iter().find(|(_, judged)| judged.verdict != Verdict::Ok);
    match wrong {
        Some((opinion, _)) if split(caches).is_some() => {
            // It may have just come or just gone. Who can't know says so.
            let advice = Code::ResolversDisagree.with(&[&label(opinion.server)]);
            Judged { verdict: Verdict::Error, advice, ..judged }
        }
        Some(_) => judged,
        None => {
            let advice = lame.or_else(|| deaf.first().map(|(server, _)| not_everywhere(server)));
            let advice = advice.unwrap_or(judged.advice);
            Judged { advice, ..judged }
        }
    }
}

fn unanswered(failed: Option<&(&Server, Failure)>) -> Judged {
    let (server, failure) = match failed {
        Some((server, failure)) => (label(server), failure.code()),
        None => (String::new(), Failure::TimedOut.code()),
    };
    Judged { verdict: Verdict::Error, found: Vec::new(), advice: Code::NoAnswer.with(&[&server, &failure]) }
}

fn worst(heard: &Heard<'_>) -> Option<Judged> {
    let (_, judged) = heard.iter().rev().max_by_key(|(_, judged)| judged.verdict)?;
    Some(Judged { verdict: judged.verdict, found: judged.found.clone(), advice: judged.advice.clone() })
}

/// Those that have it right and those that have not, where there are both.
fn split(heard: &Heard<'_>) -> Option<(String, String)> {
    let (right, wrong): (Vec<_>, Vec<_>) =
        heard.iter().partition(|(_, judged)| judged.verdict == Verdict::Ok);
    let names = |side: &Heard<'_>| {
        side.iter().map(|(opinion, _)| label(opinion.server)).collect::<Vec<_>>().join(", ")
    };
    (!right.is_empty() && !wrong.is_empty()).then(|| (names(&right), names(&wrong)))
}

/// A resolver that still has what was there before, or that there was nothing.
fn stale(caches: &Heard<'_>) -> Option<Advice> {
    let old = || caches.iter().filter(|(_, judged)| judged.verdict != Verdict::Ok);
    let longest = old().filter_map(|(one, _)| Some((one.seconds?, one.server))).max();
    match longest {
        Some((seconds, server)) => Some(Code::StaleCache.with(&[&label(server), &seconds])),
        None => old().next().map(|(one, _)| not_everywhere(one.server)),
    }
}

fn not_everywhere(server: &Server) -> Advice {
    Code::NotEverywhere.with(&[&label(server)])
}

fn authority_advice(server: &Server, failure: Failure) -> Advice {
    match failure {
        Failure::Lame | Failure::Refused => Code::AuthorityLame.with(&[&label(server)]),
        other => Code::AuthorityFails.with(&[&label(server), &other.code()]),
    }
}

fn label(server: &Server) -> String {
    match server {
        Server::Resolver(name) => name.clone(),
        Server::Authority(name) => name.to_string(),
    }
}
